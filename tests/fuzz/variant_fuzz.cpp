#include "fuzz.hpp"
#include "larder/base/path.hpp"
#include "larder/store/hash.hpp"
#include "larder/store/variant.hpp"

// A document of a store. What is read is written and read again as the same, names no file outside
// the build directory, and counts under its own name and signature only.

namespace larder::test {

void run(std::string_view text) {
  const auto key = store::hash("key");
  const auto secret = store::secret_of("secret");
  require(!store::is_signed(text, key, secret), "a signature is not guessed");
  require(!store::read_variant(text, key), "nor is a name");
  const auto variant = store::read_any_variant(text);
  if (!variant) return;
  const auto name = store::name_of(*variant);
  require(store::is_digest(name), "a name is a digest");
  require(store::read_variant(text, name) == variant, "a variant has its name");
  require(store::read_variant(store::write_variant(*variant), name) == variant,
          "a variant reads back");
  for (const auto& file : variant->files) {
    require(store::is_digest(file.blob), "a blob is called by its digest");
    require(path::is_within(path::normalize("/build/" + file.path), "/build"),
            "files stay in the build directory");
  }
  const auto written = store::write_signed_variant(*variant, key, secret);
  require(store::read_variant(written, name) == variant, "a signed variant reads back");
  require(store::is_signed(written, key, secret), "it is signed");
  require(!store::is_signed(written, name, secret), "and under its key only");
}

}  // namespace larder::test
