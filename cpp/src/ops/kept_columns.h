// Which columns of a layer's activations a training step computes, and where they lie: the others are zero in every
// row, with a gradient of zero. Kept columns stay in their order, close together, so that no chain changes its order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/kernel_table.h"

namespace proxnet {

template <class T> class KeptColumns {
 public:
  static constexpr std::uint32_t kDropped = ~std::uint32_t{0};
  // Kept columns of neighbouring panels share kGroupPanels panels, so that no panel's columns end up in two groups.
  static constexpr std::size_t kGroupPanels = 4, kGroupColumns = kGroupPanels * kPanel<T>;
  struct Group {
    std::size_t first, last;            // panels of all columns
    std::size_t kept_first, kept_last;  // panels of kept columns
  };

  KeptColumns() = default;
  // `lanes` as in the KernelTable. All memory is taken here.
  KeptColumns(std::size_t columns, std::size_t lanes)
      : columns_(columns), lanes_(lanes), places_(columns), dropped_(panels() * kPanel<T>) {
    groups_.reserve(panels());
    group_of_.resize(panels());
    widths_.reserve(panels());
    columns_at_.reserve(panels() * kPanel<T>);
    out_.resize(panels() * vectors());
    in_.reserve(2 * panels() * vectors());
    in_end_.reserve(panels());
    keep([](std::size_t) { return true; });
  }

  // Keeps the columns j for which in_use(j).
  template <class F> void keep(F&& in_use) {
    groups_.clear(), widths_.clear(), columns_at_.clear(), in_.clear(), in_end_.clear();
    count_ = 0;
    for (std::size_t p = 0; p < panels(); ++p) {
      const std::size_t first = p * kPanel<T>, last = std::min(first + kPanel<T>, columns_);
      std::size_t here = 0;
      for (std::size_t j = first; j < last; ++j) {
        const bool kept = in_use(j);
        places_[j] = kept ? 0 : kDropped;
        dropped_[j] = kept ? 0 : -1;
        here += kept;
      }
      if (groups_.empty() || in_group_ + here > kGroupColumns) {
        while (columns_at_.size() % kPanel<T>) columns_at_.push_back(kDropped);
        groups_.push_back({p, p, columns_at_.size() / kPanel<T>, 0});
        in_group_ = 0;
      }
      group_of_[p] = groups_.size() - 1;
      for (std::size_t j = first; j < last; ++j)
        if (places_[j] != kDropped) {
          places_[j] = static_cast<std::uint32_t>(columns_at_.size());
          columns_at_.push_back(static_cast<std::uint32_t>(j));
        }
      in_group_ += here, count_ += here;
      Group& group = groups_.back();
      group.last = p + 1;
      group.kept_last = (columns_at_.size() + kPanel<T> - 1) / kPanel<T>;
    }
    while (columns_at_.size() % kPanel<T>) columns_at_.push_back(kDropped);
    plan_moves();
  }

  bool all() const { return count_ == columns_; }
  std::size_t count() const { return count_; }
  std::size_t columns() const { return columns_; }
  bool kept(std::size_t j) const { return places_[j] != kDropped; }
  // Of a kept column: its number among the places of all kept panels.
  std::size_t place(std::size_t j) const { return places_[j]; }
  // Where column `place` of the kept panels comes from; kDropped past a group's end.
  std::uint32_t column_at(std::size_t place) const { return columns_at_[place]; }

  std::size_t panels() const { return (columns_ + kPanel<T> - 1) / kPanel<T>; }
  std::size_t kept_panels() const { return widths_.size(); }
  std::size_t width(std::size_t kept_panel) const { return widths_[kept_panel]; }
  const Group& group(std::size_t panel) const { return groups_[group_of_[panel]]; }

  // Moves that fill a kept panel from the panels of all columns.
  const LaneMove<T>* moves_in(std::size_t kept_panel) const {
    return in_.data() + (kept_panel ? in_end_[kept_panel - 1] : 0);
  }
  std::size_t moves_in_count(std::size_t kept_panel) const {
    return in_end_[kept_panel] - (kept_panel ? in_end_[kept_panel - 1] : 0);
  }
  // One move a vector of panel `panel`, from rows that hold its group's kept panels side by side.
  const LaneMove<T>* moves_out(std::size_t panel) const { return out_.data() + panel * vectors(); }
  // All bits set in the lanes of dropped columns.
  const typename LaneMove<T>::Lane* dropped(std::size_t panel) const { return dropped_.data() + panel * kPanel<T>; }

 private:
  std::size_t vectors() const { return kPanel<T> / lanes_; }

  void plan_moves() {
    for (std::size_t place = 0; place < columns_at_.size();) {
      std::size_t width = 0;
      // A move a source vector, as long as columns come from it.
      while (width < kPanel<T> && columns_at_[place + width] != kDropped) {
        const std::size_t column = columns_at_[place + width], vector = column / lanes_;
        LaneMove<T> move =
            empty(static_cast<std::ptrdiff_t>(column / kPanel<T>),
                  static_cast<std::ptrdiff_t>(vector * lanes_ % kPanel<T>), static_cast<std::ptrdiff_t>(width));
        std::size_t lane = 0;
        for (; width < kPanel<T> && columns_at_[place + width] / lanes_ == vector; ++width)
          move.lane[lane++] = static_cast<typename LaneMove<T>::Lane>(columns_at_[place + width] % lanes_);
        in_.push_back(move);
      }
      widths_.push_back(width);
      in_end_.push_back(in_.size());
      place += kPanel<T>;
    }
    for (std::size_t p = 0; p < panels(); ++p)
      for (std::size_t v = 0; v < vectors(); ++v) {
        LaneMove<T> move = empty(0, 0, 0);
        bool started = false;
        for (std::size_t lane = 0; lane < lanes_; ++lane) {
          const std::size_t j = p * kPanel<T> + v * lanes_ + lane;
          if (j >= columns_ || !kept(j)) continue;
          const auto place = static_cast<std::ptrdiff_t>(place_in_group(p, j));
          if (!started) move.from = place;
          started = true;
          move.lane[lane] = static_cast<typename LaneMove<T>::Lane>(place - move.from);
        }
        out_[p * vectors() + v] = move;
      }
  }
  std::size_t place_in_group(std::size_t panel, std::size_t j) const {
    return places_[j] - group(panel).kept_first * kPanel<T>;
  }
  static LaneMove<T> empty(std::ptrdiff_t panel, std::ptrdiff_t from, std::ptrdiff_t to) {
    LaneMove<T> move{panel, from, to, {}};
    std::fill(std::begin(move.lane), std::end(move.lane), -1);
    return move;
  }

  std::size_t columns_ = 0, lanes_ = kRowPad<T>, count_ = 0, in_group_ = 0;
  std::vector<std::uint32_t> places_, columns_at_;
  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_, widths_, in_end_;
  std::vector<LaneMove<T>> in_, out_;
  std::vector<typename LaneMove<T>::Lane> dropped_;
};

}  // namespace proxnet
