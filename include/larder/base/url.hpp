#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// A URL as the `url` crate prints it again (https://url.spec.whatwg.org): dots in the path and
/// default ports gone, hosts in lower case, forbidden bytes percent-encoded. Nothing when it is no
/// absolute URL (`../x`, `git@host:path`) or none that could be a source (`mailto:x`).
///
/// A host outside ASCII is left as it is.
std::optional<std::string> normalized_url(std::string_view text);

/// Of two URLs that cargo takes for the same repository, both give the same text (cargo:
/// util/canonical_url.rs). The URL must be normalised.
std::string canonical_url(const std::string& url);

/// Whether a normalised URL holds a password.
bool has_password(const std::string& url);

/// Whether there is a URL with a password in a text, or an `http` URL with a user. Its name may be
/// a token, but for `git`.
bool has_credentials(std::string_view text);

/// `file://` and an absolute path, percent-encoded.
std::string file_url(std::string_view path);

}  // namespace larder
