#pragma once

#include <string>
#include <utility>
#include <vector>

#include "random.hpp"

namespace larder::test {

/// Keys and values of a table, both as TOML text.
using Entries = std::vector<std::pair<std::string, std::string>>;

/// A TOML file under construction: tables in the order of their making, values as TOML text. What
/// it holds may be invalid on purpose.
class ManifestText {
 public:
  struct Table {
    /// As between the brackets; empty for the top.
    std::string header;
    bool is_item = false;
    Entries entries;
  };

  void set(const std::string& header, const std::string& key, std::string value);
  void erase(const std::string& header, const std::string& key);
  void erase_table(const std::string& header);
  bool has(const std::string& header) const;
  bool has(const std::string& header, const std::string& key) const;
  /// Makes the table when it is not there.
  Table& table(const std::string& header);
  /// A new element of an array of tables. The reference is good until the next table is made.
  Table& add_item(const std::string& header);
  std::vector<Table>& tables() { return tables_; }
  const std::vector<Table>& tables() const { return tables_; }

  /// Plain tables as headers or as dotted keys, with Unix or Windows line ends.
  std::string render(Random& random) const;

 private:
  bool has_below(const std::string& header) const;

  std::vector<Table> tables_;
};

/// A string as TOML, always the same way.
std::string toml_quoted(const std::string& text);
/// A string as TOML in one of its spellings.
std::string spelled(Random& random, const std::string& text);
/// A key, quoted where it has to be.
std::string toml_name(const std::string& name);
std::string array_of(const std::vector<std::string>& texts);
std::string inline_table(const Entries& entries);

}  // namespace larder::test
