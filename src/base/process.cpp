#include "larder/base/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "larder/base/error.hpp"

namespace larder {

namespace {

std::atomic<pid_t> running_child{0};

extern "C" void pass_signal_on(int number) {
  const pid_t child = running_child.load();
  if (child > 0) ::kill(child, number);
}

/// Forwards our signals to the child during its lifetime. A terminal sends SIGINT to the whole
/// process group, so the child may get it twice, which cargo tolerates.
class SignalForwarding {
 public:
  explicit SignalForwarding(pid_t child) {
    running_child = child;
    struct sigaction action {};
    action.sa_handler = pass_signal_on;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      ::sigaction(numbers[i], &action, &previous_[i]);
  }
  ~SignalForwarding() {
    for (std::size_t i = 0; i < numbers.size(); ++i)
      ::sigaction(numbers[i], &previous_[i], nullptr);
    running_child = 0;
  }
  SignalForwarding(const SignalForwarding&) = delete;
  SignalForwarding& operator=(const SignalForwarding&) = delete;

 private:
  static constexpr std::array<int, 3> numbers{SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, 3> previous_{};
};

bool make_pipe(std::array<int, 2>& ends) {
#ifdef __linux__
  return ::pipe2(ends.data(), O_CLOEXEC) == 0;
#else
  if (::pipe(ends.data()) != 0) return false;
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  return true;
#endif
}

class Pipe {
 public:
  Pipe() {
    if (!make_pipe(ends_)) {
      throw Error("process", std::string("cannot create a pipe: ") + std::strerror(errno));
    }
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_read() { close_end(0); }
  void close_write() { close_end(1); }

 private:
  void close_end(std::size_t which) {
    if (ends_.at(which) >= 0) ::close(ends_.at(which));
    ends_.at(which) = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

struct Started {
  pid_t pid = 0;
  int error_number = 0;
};

Started start(const ProcessSpec& spec, int output_fd, int error_fd) {
  const auto program = find_program(spec.argv.at(0), spec.environment);
  if (program.empty()) return {0, ENOENT};
  std::vector<std::string> variables;
  for (const auto& [name, value] : spec.environment.variables())
    variables.push_back(name + "=" + value);
  std::vector<char*> environment;
  for (auto& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);
  auto arguments = spec.argv;
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (output_fd >= 0) ::posix_spawn_file_actions_adddup2(&actions, output_fd, STDOUT_FILENO);
  if (error_fd >= 0) ::posix_spawn_file_actions_adddup2(&actions, error_fd, STDERR_FILENO);
  if (!spec.directory.empty())
    ::posix_spawn_file_actions_addchdir_np(&actions, spec.directory.c_str());
  pid_t pid = 0;
  const int problem =
      ::posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  return {pid, problem};
}

ExitStatus wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return NotStarted{errno};
  }
  if (WIFSIGNALED(status)) return Signalled{WTERMSIG(status)};
  return Exited{WEXITSTATUS(status)};
}

/// Appends what can be read now. Returns false at the end of the stream.
bool drain(int fd, std::string& into) {
  std::array<char, 65536> buffer{};
  const auto count = ::read(fd, buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  into.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace

std::string find_program(const std::string& name, const Environment& environment) {
  if (name.find('/') != std::string::npos) return name;
  const auto search = environment.get("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  std::size_t start = 0;
  while (start <= search.size()) {
    const auto end = std::min(search.find(':', start), search.size());
    auto candidate = search.substr(start, end - start) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    start = end + 1;
  }
  return "";
}

bool succeeded(const ExitStatus& status) {
  const auto* exited = std::get_if<Exited>(&status);
  return exited != nullptr && exited->code == 0;
}

ExitStatus run_process(const ProcessSpec& spec) {
  const auto started = start(spec, -1, -1);
  if (started.error_number != 0) return NotStarted{started.error_number};
  const SignalForwarding forwarding(started.pid);
  return wait_for(started.pid);
}

ExitStatus run_process_lines(const ProcessSpec& spec,
                             const std::function<void(std::string_view)>& on_line) {
  Pipe output;
  const auto started = start(spec, output.write_end(), -1);
  if (started.error_number != 0) return NotStarted{started.error_number};
  output.close_write();
  const SignalForwarding forwarding(started.pid);
  std::string pending;
  while (drain(output.read_end(), pending)) {
    std::size_t begin = 0;
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n', begin)) {
      on_line(std::string_view(pending).substr(begin, end + 1 - begin));
      begin = end + 1;
    }
    pending.erase(0, begin);
  }
  if (!pending.empty()) on_line(pending);
  return wait_for(started.pid);
}

Captured capture_process(const ProcessSpec& spec) {
  Pipe output;
  Pipe errors;
  Captured captured;
  const auto started = start(spec, output.write_end(), errors.write_end());
  if (started.error_number != 0) {
    captured.status = NotStarted{started.error_number};
    return captured;
  }
  output.close_write();
  errors.close_write();
  const SignalForwarding forwarding(started.pid);
  std::array<pollfd, 2> streams{pollfd{output.read_end(), POLLIN, 0},
                                pollfd{errors.read_end(), POLLIN, 0}};
  std::array<std::string*, 2> texts{&captured.output, &captured.errors};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    if (::poll(streams.data(), streams.size(), -1) < 0 && errno != EINTR) break;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (streams[i].fd >= 0 && streams[i].revents != 0 && !drain(streams[i].fd, *texts[i])) {
        streams[i].fd = -1;  // poll ignores negative descriptors
      }
    }
  }
  captured.status = wait_for(started.pid);
  return captured;
}

std::string own_executable() {
  std::array<char, 4096> buffer{};
  const auto length = ::readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (length <= 0 || static_cast<std::size_t>(length) >= buffer.size()) {
    throw Error("process", "cannot find this program's own file: /proc/self/exe cannot be read")
        .hint("mount /proc");
  }
  return {buffer.data(), static_cast<std::size_t>(length)};
}

void end_like(const ExitStatus& status) {
  if (const auto* signalled = std::get_if<Signalled>(&status)) {
    ::signal(signalled->number, SIG_DFL);
    ::raise(signalled->number);
    std::_Exit(128 + signalled->number);
  }
  const auto* exited = std::get_if<Exited>(&status);
  std::exit(exited != nullptr ? exited->code : 127);
}

}  // namespace larder
