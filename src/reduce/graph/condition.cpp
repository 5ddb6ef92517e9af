#include "larder/reduce/graph/condition.hpp"

#include <iterator>
#include <tuple>

namespace larder::reduce {

bool RequiredFeature::operator<(const RequiredFeature& other) const {
  return std::tie(external, feature, kind, platform) <
         std::tie(other.external, other.feature, other.kind, other.platform);
}

bool Atom::operator<(const Atom& other) const {
  return std::tie(host, part, required) < std::tie(other.host, other.part, other.required);
}

Condition both(const Condition& a, const Condition& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  Condition out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

Condition condition_of(const std::vector<cargo::PlatformPart>& parts, bool host) {
  Condition out;
  for (const auto& part : parts) out.push_back({host, part});
  std::sort(out.begin(), out.end());
  return out;
}

Requirement requirement(const Condition& condition) {
  Requirement out;
  for (const auto& atom : condition) {
    if (atom.required) out.insert(*atom.required);
  }
  return out;
}

namespace {
template <typename Wanted>
std::vector<cargo::PlatformPart> parts_where(const Condition& condition, Wanted wanted) {
  std::vector<cargo::PlatformPart> out;
  for (const auto& atom : condition) {
    if (!atom.required && wanted(atom)) out.push_back(atom.part);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}
}  // namespace

std::vector<cargo::PlatformPart> target_parts(const Condition& condition) {
  return parts_where(condition, [](const Atom& atom) { return !atom.host; });
}
std::vector<cargo::PlatformPart> host_parts(const Condition& condition) {
  return parts_where(condition, [](const Atom& atom) { return atom.host; });
}
std::vector<cargo::PlatformPart> all_parts(const Condition& condition) {
  return parts_where(condition, [](const Atom&) { return true; });
}

bool absorb(Conditions& conditions, const Condition& condition) {
  const auto implies = [](const Condition& stronger, const Condition& weaker) {
    return std::includes(stronger.begin(), stronger.end(), weaker.begin(), weaker.end());
  };
  if (std::any_of(conditions.begin(), conditions.end(),
                  [&](const Condition& c) { return implies(condition, c); })) {
    return false;
  }
  std::erase_if(conditions, [&](const Condition& c) { return implies(c, condition); });
  conditions.insert(std::lower_bound(conditions.begin(), conditions.end(), condition), condition);
  return true;
}

}  // namespace larder::reduce
