#include "larder/cook/rustc_answers.hpp"

#include <filesystem>
#include <utility>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/unit_key.hpp"
#include "larder/driver/rustc_info.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

namespace {

std::string file_of_answers(const std::string& build_directory) {
  return path::join(build_directory, driver::rustc_info_file);
}

/// Cargo asks rustc again if the file is missing or old, so no error matters.
void write_answers(const std::string& build_directory, const std::string& text) {
  try {
    write_file_atomically(file_of_answers(build_directory), text);
  } catch (const Error&) {
  }
}

}  // namespace

std::optional<std::string> answers_in(const std::string& build_directory) {
  return read_bytes(file_of_answers(build_directory));
}

RustcAnswers::RustcAnswers(const store::Store* store, const std::string& cargo_version,
                           const std::string& subcommand)
    : store_(store) {
  if (store_ == nullptr) return;
  digest_ = store::Hasher()
                .add_field(cargo_version)
                .add_field(subcommand == "clippy" ? subcommand : "")
                .add_field(processor())
                .digest();
}

std::string RustcAnswers::name_of(const std::string& wrapper) const {
  return store::Hasher().add_field(digest_).add_field(wrapper).digest();
}

void RustcAnswers::put(const std::string& wrapper, const std::string& build_directory) const {
  std::error_code error;
  // Cargo creates the directory with a tag, which it leaves out of one that exists.
  if (store_ == nullptr || !std::filesystem::is_directory(build_directory, error)) return;
  if (const auto text = store_->kept(name_of(wrapper))) write_answers(build_directory, *text);
}

void RustcAnswers::take(const std::string& wrapper, const std::string& build_directory) const {
  if (store_ == nullptr) return;
  if (const auto text = answers_in(build_directory)) store_->keep(name_of(wrapper), *text);
}

AnswersForWrapper::AnswersForWrapper(const RustcAnswers& answers, std::string wrapper,
                                     std::string build_directory)
    : answers_(answers),
      wrapper_(std::move(wrapper)),
      build_directory_(std::move(build_directory)),
      before_(answers_in(build_directory_)) {
  // Cargo judges a file of its own, unless that is for another wrapper.
  if (!before_ || !wrapper_.empty()) answers_.put(wrapper_, build_directory_);
}

AnswersForWrapper::~AnswersForWrapper() {
  answers_.take(wrapper_, build_directory_);
  if (wrapper_.empty()) return;
  if (before_) {
    write_answers(build_directory_, *before_);
  } else {
    answers_.put("", build_directory_);
  }
}

}  // namespace larder::cook
