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

std::string RustcAnswers::name_of(const std::string& wrapper) const {
  return store::Hasher().add_field(cargo_).add_field(wrapper).add_field(processor()).digest();
}

void RustcAnswers::put(const std::string& wrapper, const std::string& build_directory) const {
  std::error_code error;
  // Cargo creates the directory with a tag, which it leaves out of one that exists.
  if (store_ == nullptr || !std::filesystem::is_directory(build_directory, error)) return;
  if (const auto text = store_->kept(name_of(wrapper))) write_answers(build_directory, *text);
}

void RustcAnswers::put_if_missing(const std::string& wrapper,
                                  const std::string& build_directory) const {
  if (!answers_in(build_directory)) put(wrapper, build_directory);
}

void RustcAnswers::take(const std::string& wrapper, const std::string& build_directory) const {
  if (store_ == nullptr || !store_->is_writable()) return;
  const auto text = answers_in(build_directory);
  if (!text || store_->kept(name_of(wrapper)) == text) return;
  try {
    store_->keep(name_of(wrapper), *text);
  } catch (const Error&) {  // cargo asks rustc again next time
  }
}

AnswersForWrapper::AnswersForWrapper(const RustcAnswers& answers, std::string wrapper,
                                     std::string build_directory)
    : answers_(answers),
      wrapper_(std::move(wrapper)),
      build_directory_(std::move(build_directory)),
      before_(answers_in(build_directory_)) {
  if (wrapper_.empty()) {
    answers_.put_if_missing(wrapper_, build_directory_);
  } else {
    answers_.put(wrapper_, build_directory_);
  }
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
