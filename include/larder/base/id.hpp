#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

// Positions in lists. Each list has a type of its own, so that a position cannot be used with
// another list.

namespace larder {

/// The position of an element in one particular list of `Element`s. It is a number, but there is no
/// implicit conversion from or to one.
template <typename Element>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(std::size_t index) : index_(index) {}

  constexpr std::size_t index() const { return index_; }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  std::size_t index_ = 0;
};

/// The first `count` ids of a list, in order.
template <typename Id>
class IdRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Id;
    using difference_type = std::ptrdiff_t;
    using pointer = const Id*;
    using reference = Id;

    constexpr Iterator() = default;
    constexpr explicit Iterator(std::size_t index) : index_(index) {}

    constexpr Id operator*() const { return Id(index_); }
    constexpr Iterator& operator++() {
      ++index_;
      return *this;
    }
    constexpr Iterator operator++(int) { return Iterator(index_++); }
    constexpr bool operator==(const Iterator&) const = default;

   private:
    std::size_t index_ = 0;
  };

  constexpr explicit IdRange(std::size_t count) : count_(count) {}

  constexpr Iterator begin() const { return Iterator(0); }
  constexpr Iterator end() const { return Iterator(count_); }

 private:
  std::size_t count_;
};

/// A `std::vector` that is indexed by ids. It is either the list that the ids belong to, or has a
/// value for each element of that list.
template <typename Id, typename Value>
class IdVector {
 public:
  using value_type = Value;
  using iterator = typename std::vector<Value>::iterator;
  using const_iterator = typename std::vector<Value>::const_iterator;

  IdVector() = default;
  explicit IdVector(std::size_t size) : values_(size) {}

  Value& operator[](Id id) { return values_[id.index()]; }
  const Value& operator[](Id id) const { return values_[id.index()]; }
  Value& back() { return values_.back(); }
  const Value& back() const { return values_.back(); }

  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  iterator begin() { return values_.begin(); }
  iterator end() { return values_.end(); }
  const_iterator begin() const { return values_.begin(); }
  const_iterator end() const { return values_.end(); }

  /// The ids of all elements that it has now.
  IdRange<Id> ids() const { return IdRange<Id>(size()); }

  /// Returns the id of the new element.
  Id push_back(Value value) {
    values_.push_back(std::move(value));
    return Id(size() - 1);
  }
  Value& emplace_back() { return values_.emplace_back(); }

  bool operator==(const IdVector&) const = default;

 private:
  std::vector<Value> values_;
};

}  // namespace larder
