#include "larder/store/blobs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/store/hash.hpp"

namespace larder::store {

namespace {

/// Half of all files are smaller, but together they have only 1 % of the bytes.
constexpr std::size_t least_compressed = 4096;
/// Literals are not compressed, so unpacking takes half the time that level 1 needs, for an eighth
/// more bytes.
constexpr int compression_level = -1;
/// No file that rustc writes comes near this size. A frame that claims more is damaged.
constexpr std::uint64_t largest_blob = std::uint64_t{8} << 30U;

Error cannot_write(const std::string& path, int number) {
  return Error("file-write", std::string("cannot write to the store: ") + std::strerror(number))
      .in_file(path)
      .hint(
          "check that the disk is not full. If the store should only be read, use "
          "--store-read-only");
}

std::string compress(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const auto size =
      ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), compression_level);
  out.resize(ZSTD_isError(size) != 0U ? 0 : size);
  return out;
}

std::optional<std::string> decompress(std::string_view bytes) {
  const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  // Zstd's two error values are larger than this as well.
  if (size > largest_blob) return std::nullopt;
  // A damaged frame may claim more than its bytes can hold. Zstd compresses 1:32,000 at most.
  if (size / 40'000 > bytes.size()) return std::nullopt;
  std::string out(size, '\0');
  const auto got = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0U || got != size) return std::nullopt;
  return out;
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

void make_private(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0755) == 0) ::chmod(directory.c_str(), 0755);
}

std::optional<std::string> contents_of(const std::string& file) {
  auto bytes = read_bytes(file);
  return bytes && file.ends_with(".zst") ? decompress(*bytes) : bytes;
}

}  // namespace

bool is_whole(const std::string& file) {
  const auto bytes = contents_of(file);
  return bytes && hash(*bytes) == path::stem(file);
}

void write_in_store(const std::string& directory, const std::string& path, std::string_view bytes) {
  make_private(path::parent(path::parent(path)));
  make_private(path::parent(path));
  // A random name, because processes in two containers may have the same id.
  auto temporary = path::join(directory, "tmp/XXXXXX");
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) throw cannot_write(temporary, errno);
  const int problem = fill_and_rename(file, temporary, path, bytes, 0644);
  if (problem != 0) throw cannot_write(path, problem);
}

std::string Blobs::place(const std::string& digest, bool compressed) const {
  return path::join(directory_,
                    "blobs/" + digest.substr(0, 2) + "/" + digest + (compressed ? ".zst" : ""));
}

std::optional<std::string> Blobs::find(const std::string& digest) const {
  for (const bool compressed : {true, false}) {
    auto path = place(digest, compressed);
    if (exists(path)) return path;
  }
  return std::nullopt;
}

std::string Blobs::put(std::string_view bytes) const {
  auto digest = hash(bytes);
  // Read it instead of only looking for it: a damaged file must be replaced.
  if (get(digest)) return digest;
  const auto packed = bytes.size() < least_compressed ? std::string() : compress(bytes);
  const bool pays = !packed.empty() && packed.size() < bytes.size();
  write_in_store(directory_, place(digest, pays), pays ? std::string_view(packed) : bytes);
  return digest;
}

bool Blobs::take(const Blobs& from, const std::string& digest) const {
  if (get(digest)) return true;
  const auto file = from.find(digest);
  const auto bytes = file ? read_bytes(*file) : std::nullopt;
  if (!bytes) return false;
  const bool compressed = file->ends_with(".zst");
  const auto contents = compressed ? decompress(*bytes) : bytes;
  if (!contents || hash(*contents) != digest) return false;
  write_in_store(directory_, place(digest, compressed), *bytes);
  return true;
}

std::optional<std::string> Blobs::get(const std::string& digest) const {
  const auto path = find(digest);
  if (!path) return std::nullopt;
  auto bytes = contents_of(*path);
  if (bytes && hash(*bytes) == digest) return bytes;
  if (writable_) ::unlink(path->c_str());
  return std::nullopt;
}

}  // namespace larder::store
