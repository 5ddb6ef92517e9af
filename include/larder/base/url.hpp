#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// A URL as the `url` crate prints it (https://url.spec.whatwg.org): dot segments and default ports
/// removed, host in lower case, forbidden bytes percent-encoded. Nothing when it is not an absolute
/// URL (`../x`, `git@host:path`) or cannot be a source (`mailto:x`).
///
/// A non-ASCII host is left unchanged.
std::optional<std::string> normalized_url(std::string_view text);

/// The same text for any two URLs that cargo treats as one repository (cargo:
/// util/canonical_url.rs). The URL must be normalised.
std::string canonical_url(const std::string& url);

/// Whether a normalised URL holds a password.
bool has_password(const std::string& url);

/// Whether a text contains a URL with a password, or an `http` URL with a user other than `git`,
/// because the user name may be a token.
bool has_credentials(std::string_view text);

/// `file://` followed by an absolute path, percent-encoded.
std::string file_url(std::string_view path);

}  // namespace larder
