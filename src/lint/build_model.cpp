#include "larder/lint/build_model.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "cargo_calls.hpp"
#include "larder/base/path.hpp"
#include "larder/dockerfile/expand.hpp"
#include "larder/dockerfile/shell_commands.hpp"
#include "larder/dockerfile/stages.hpp"

namespace larder::lint {

namespace {

using dockerfile::Dockerfile;
using dockerfile::Instruction;
using dockerfile::Variables;

/// What an instruction runs with.
struct State {
  Settings environment;
  /// `ARG`s of the stage and of those that it is based on. They are variables only while building.
  Settings arguments;
  std::string directory = "/";
  std::string user;
  /// The instructions behind `ONBUILD` are not part of this.
  bool chef_is_larder = false;

  Settings all() const {
    auto out = arguments;
    for (const auto& [name, setting] : environment) out[name] = setting;
    return out;
  }
};

Variables values_of(const Settings& settings) {
  Variables out;
  for (const auto& [name, setting] : settings) out[name] = setting.value;
  return out;
}

bool is_assignment(const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0) return false;
  const auto is_name_byte = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                     is_name_byte) &&
         (word[0] < '0' || word[0] > '9');
}

/// Follows the commands of one `RUN`.
class ScriptWalker {
 public:
  ScriptWalker(const dockerfile::SourceText& script, CargoCall surroundings, bool chef_is_larder)
      : script_(script), call_(std::move(surroundings)), chef_is_larder_(chef_is_larder) {}

  std::vector<Step> run() {
    for (const auto& command : dockerfile::split_shell(script_.str())) {
      while (static_cast<int>(outer_.size()) > command.subshell) leave();
      while (static_cast<int>(outer_.size()) < command.subshell) outer_.push_back(call_);
      visit(command);
    }
    return std::move(steps_);
  }

 private:
  void leave() {
    call_ = std::move(outer_.back());
    outer_.pop_back();
  }

  void visit(const dockerfile::ShellCommand& command) {
    auto surroundings = call_;
    surroundings.is_conditional = command.is_conditional;
    std::size_t first = 0;
    for (; first < command.words.size() && is_assignment(command.words[first].text); ++first)
      assign(surroundings, command.words[first]);
    if (first == command.words.size()) {
      call_.environment = surroundings.environment;
      return;
    }
    const auto words = expanded(command, first, surroundings);
    if (words.empty() || built_in(words)) return;
    add(words, surroundings);
  }

  std::vector<ExpandedWord> expanded(const dockerfile::ShellCommand& command, std::size_t first,
                                     CargoCall& surroundings) const {
    std::vector<ExpandedWord> out;
    const auto variables = values_of(surroundings.environment);
    for (auto i = first; i < command.words.size(); ++i) {
      const auto& word = command.words[i];
      const auto result = dockerfile::expand_in_shell(word.text, variables);
      surroundings.is_known = surroundings.is_known && result.is_known;
      const auto at = script_.position(word.offset);
      for (const auto& text : result.words) out.push_back({text, at});
      // Something stands there, whatever it is.
      if (!result.is_known && result.words.empty()) out.push_back({word.text, at});
    }
    return out;
  }

  void assign(CargoCall& to, const dockerfile::ShellWord& word) const {
    const auto equals = word.text.find('=');
    const auto value =
        dockerfile::expand_in_shell(word.text.substr(equals + 1), values_of(to.environment));
    set(to, word.text.substr(0, equals), value, script_.position(word.offset));
  }

  static void set(CargoCall& to, const std::string& name, const dockerfile::ShellWords& value,
                  Position at) {
    std::string text;
    for (const auto& part : value.words) text += (text.empty() ? "" : " ") + part;
    // An unknown value is a value of its own.
    if (!value.is_known) text += "$(" + name + ")";
    to.environment[name] = {text, at};
  }

  bool built_in(const std::vector<ExpandedWord>& words) {
    const auto& name = words[0].text;
    if (name == "cd") {
      if (words.size() > 1) call_.directory = path::join(call_.directory, words[1].text);
    } else if (name == "export") {
      for (std::size_t i = 1; i < words.size(); ++i) export_word(words[i]);
    } else if (name == "unset") {
      for (std::size_t i = 1; i < words.size(); ++i) call_.environment.erase(words[i].text);
    } else if (name == "for") {
      if (words.size() > 1) call_.environment[words[1].text] = {"$" + words[1].text, words[1].at};
    } else {
      return false;
    }
    return true;
  }

  void export_word(const ExpandedWord& word) {
    const auto equals = word.text.find('=');
    if (equals != std::string::npos)
      call_.environment[word.text.substr(0, equals)] = {word.text.substr(equals + 1), word.at};
  }

  void add(const std::vector<ExpandedWord>& words, const CargoCall& surroundings) {
    const auto program = program_name(words[0].text);
    const bool is_shell = program == "sh" || program == "bash";
    if (is_shell && words.size() > 2 && words[1].text.starts_with('-') &&
        words[1].text.find('c') != std::string::npos)
      return nested(words[2], surroundings);
    if (auto call = cargo_call(words, surroundings)) {
      call->is_named_chef = chef_is_larder_ && call->tool == Tool::Chef;
      if (call->is_named_chef) call->tool = Tool::Larder;
      steps_.push_back({std::move(*call), words[0].at, 0});
      return;
    }
    ProgramStep step;
    for (const auto& word : words) step.words.push_back(word.text);
    steps_.push_back({std::move(step), words[0].at, 0});
  }

  /// `sh -c 'script'`: its commands have the place of the script.
  void nested(const ExpandedWord& script, const CargoCall& surroundings) {
    if (depth_ > 0) return;
    dockerfile::SourceText text;
    text.append(script.text, script.at);
    ScriptWalker walker(text, surroundings, chef_is_larder_);
    walker.depth_ = depth_ + 1;
    for (auto& step : walker.run()) steps_.push_back(std::move(step));
  }

  const dockerfile::SourceText& script_;
  CargoCall call_;
  bool chef_is_larder_;
  int depth_ = 0;
  std::vector<CargoCall> outer_;
  std::vector<Step> steps_;
};

class ModelBuilder {
 public:
  ModelBuilder(const Dockerfile& file, ArgumentValues arguments)
      : file_(file),
        symbolic_(arguments == ArgumentValues::Symbols),
        stages_(stages_with_values()) {}

  BuildModel run() {
    for (std::size_t i = 0; i < stages_.stages.size(); ++i) add_stage(i);
    return std::move(model_);
  }

 private:
  /// The values of global arguments are needed for `FROM`, so stages are found with their defaults.
  dockerfile::Stages stages_with_values() const { return dockerfile::stages_of(file_); }

  void add_stage(std::size_t index) {
    const auto& stage = stages_.stages[index];
    StageModel model;
    model.name = stage.name;
    model.image = stage.image;
    model.at = stage.at;
    state_ = {};
    if (stage.base) {
      const auto& base = model_.stages[*stage.base];
      model.steps = base.steps;
      model.image = base.image;
      state_ = states_[*stage.base];
    }
    model_.stages.push_back(std::move(model));
    for (auto i = stage.first; i < stage.end; ++i) visit(file_.instructions[i]);
    model_.stages.back().directory = state_.directory;
    model_.stages.back().user = state_.user;
    states_.push_back(state_);
  }

  std::size_t stage() const { return model_.stages.size() - 1; }

  std::string expanded(std::string_view word) const {
    return dockerfile::expand(word, values_of(state_.all()), file_.escape);
  }

  void add(Step step) {
    step.stage = stage();
    model_.stages.back().steps.push_back(model_.steps.size());
    model_.steps.push_back(std::move(step));
  }

  void visit(const Instruction& instruction) {
    const auto& keyword = instruction.keyword;
    if (keyword == "ENV") {
      set_environment(instruction);
    } else if (keyword == "ARG") {
      declare(instruction);
    } else if (keyword == "WORKDIR") {
      state_.directory = path::join(state_.directory, expanded(instruction.arguments.str()));
    } else if (keyword == "USER") {
      state_.user = expanded(instruction.arguments.str());
    } else if (keyword == "COPY" || keyword == "ADD") {
      copy(instruction);
    } else if (keyword == "RUN") {
      run_script(instruction);
    }
  }

  /// All pairs of one `ENV` are expanded with the values from before it.
  void set_environment(const Instruction& instruction) {
    auto environment = state_.environment;
    for (const auto& word : dockerfile::assignments(instruction, file_.escape)) {
      const auto equals = word.text.find('=');
      if (equals == std::string::npos) continue;
      environment[expanded(word.text.substr(0, equals))] = {expanded(word.text.substr(equals + 1)),
                                                            word.at};
    }
    state_.environment = std::move(environment);
  }

  void declare(const Instruction& instruction) {
    for (const auto& word : dockerfile::assignments(instruction, file_.escape)) {
      const auto equals = word.text.find('=');
      const auto name = expanded(word.text.substr(0, equals));
      add({ArgumentStep{name}, word.at, 0});
      if (auto value = argument_value(name, word.text, equals))
        state_.arguments[name] = {std::move(*value), word.at};
    }
  }

  std::optional<std::string> argument_value(const std::string& name, const std::string& word,
                                            std::size_t equals) const {
    if (const auto& platform = dockerfile::platform_arguments(); platform.contains(name))
      return platform.find(name)->second;
    if (symbolic_) return "$" + name;
    if (equals != std::string::npos) return expanded(word.substr(equals + 1));
    const auto global = stages_.values.find(name);
    return global == stages_.values.end() ? std::nullopt : std::optional(global->second);
  }

  void copy(const Instruction& instruction) {
    auto words = dockerfile::plain_words(instruction);
    if (words.size() < 2) return;
    CopyStep step;
    const auto destination = expanded(words.back().text);
    words.pop_back();
    for (const auto& word : words) step.sources.push_back(expanded(word.text));
    const bool is_directory = destination.ends_with('/') || destination == "." ||
                              destination.ends_with("/.") || step.sources.size() > 1;
    step.destination = path::join(state_.directory, destination);
    if (is_directory && !step.destination.ends_with('/')) step.destination += '/';
    if (const auto* from = instruction.flag("from"); from != nullptr && from->value) {
      step.stage = stages_.find(*from->value, stage());
      if (!step.stage) step.image = *from->value;
    }
    note_larder_as_chef(step);
    add({std::move(step), instruction.at, 0});
  }

  void note_larder_as_chef(const CopyStep& step) {
    for (const auto& source : step.sources) {
      if (program_name(source) == "cargo-larder" && program_name(step.destination) == "cargo-chef")
        state_.chef_is_larder = true;
    }
  }

  Mount mount_of(const dockerfile::Flag& flag) const {
    Mount out;
    out.type = "bind";
    out.at = flag.at;
    for (const auto& [key, raw] : dockerfile::mount_fields(flag.value.value_or(""))) {
      const auto value = expanded(raw);
      if (key == "type") out.type = value;
      if (key == "target" || key == "dst" || key == "destination")
        out.target = path::join(state_.directory, value);
      if (key == "source" || key == "src") out.source = value;
      if (key == "from") out.from = value;
      if (key == "id") out.id = value;
    }
    if (out.id.empty()) out.id = out.target;
    return out;
  }

  void run_script(const Instruction& instruction) {
    CargoCall surroundings;
    surroundings.environment = state_.all();
    surroundings.directory = state_.directory;
    surroundings.user = state_.user;
    for (const auto& flag : instruction.flags) {
      if (flag.name == "mount") surroundings.mounts.push_back(mount_of(flag));
      if (flag.name == "network" && flag.value == "none") surroundings.has_network = false;
    }
    if (instruction.list) return run_list(instruction, std::move(surroundings));
    const auto script = script_of(instruction);
    for (auto& step : ScriptWalker(script, std::move(surroundings), state_.chef_is_larder).run())
      add(std::move(step));
  }

  /// A here-document that is the whole command, or the input of a shell, is the script.
  static dockerfile::SourceText script_of(const Instruction& instruction) {
    if (instruction.heredocs.empty()) return instruction.arguments;
    const auto commands = dockerfile::split_shell(instruction.arguments.str());
    const bool is_script =
        commands.empty() || (commands.size() == 1 && commands[0].words.size() == 1 &&
                             (program_name(commands[0].words[0].text) == "sh" ||
                              program_name(commands[0].words[0].text) == "bash"));
    return is_script ? instruction.heredocs.back().text : instruction.arguments;
  }

  /// The exec form: no shell, so no variable is expanded.
  void run_list(const Instruction& instruction, CargoCall surroundings) {
    std::vector<ExpandedWord> words;
    for (const auto& word : *instruction.list)
      words.push_back({word, instruction.arguments.position(0)});
    if (words.empty()) return;
    if (words.size() == 3 && words[1].text == "-c") {
      dockerfile::SourceText script;
      script.append(words[2].text, words[2].at);
      for (auto& step : ScriptWalker(script, std::move(surroundings), state_.chef_is_larder).run())
        add(std::move(step));
      return;
    }
    if (auto call = cargo_call(words, std::move(surroundings)))
      add({std::move(*call), instruction.at, 0});
  }

  const Dockerfile& file_;
  bool symbolic_;
  dockerfile::Stages stages_;
  State state_;
  std::vector<State> states_;
  BuildModel model_;
};

}  // namespace

std::string CopyStep::place_of(const std::string& source) const {
  if (!destination.ends_with('/')) return destination;
  return path::join(destination, path::file_name(path::normalize("/" + source)));
}

std::vector<std::size_t> BuildModel::before(std::size_t stage, std::size_t step) const {
  std::vector<std::size_t> out;
  for (const auto index : stages[stage].steps) {
    if (index == step) break;
    out.push_back(index);
  }
  return out;
}

BuildModel model_of(const Dockerfile& file, ArgumentValues arguments) {
  return ModelBuilder(file, arguments).run();
}

}  // namespace larder::lint
