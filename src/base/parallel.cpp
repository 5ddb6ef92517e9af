#include "larder/base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace larder {

namespace {

/// More threads would only wait for the disk.
constexpr std::size_t most_threads = 8;

/// At least two, even on one processor: one works while the other waits for the disk.
std::size_t threads_for(std::size_t count) {
  const std::size_t processors = std::thread::hardware_concurrency();
  return std::min(count, std::clamp<std::size_t>(processors, 2, most_threads));
}

}  // namespace

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& action) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto work = [&] {
    for (auto i = next++; i < count; i = next++) {
      try {
        action(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!thrown) thrown = std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::thread> threads;
  try {
    while (threads.size() + 1 < threads_for(count)) threads.emplace_back(work);
  } catch (const std::system_error&) {  // use the threads that could be started
  }
  work();
  for (auto& thread : threads) thread.join();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace larder
