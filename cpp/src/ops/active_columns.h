// The active columns of a layer's activations in training: pruned columns are zero in every row, with zero gradient,
// and are not computed. Active columns are stored without gaps in their old order, so that sums keep their order.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/kernel_table.h"

namespace proxnet {

template <class T> class ActiveColumns {
 public:
  static constexpr std::uint32_t kPruned = ~std::uint32_t{0};
  // The active columns of adjacent panels are stored in groups of kGroupPanels panels; no panel is split between
  // groups.
  static constexpr std::size_t kGroupPanels = 4, kGroupColumns = kGroupPanels * kPanel<T>;
  struct Group {
    std::size_t first, last;                // panels of all columns
    std::size_t active_first, active_last;  // panels of active columns
  };

  ActiveColumns() = default;
  // `lanes`: as in KernelTable. Allocates everything.
  ActiveColumns(std::size_t columns, std::size_t lanes)
      : columns_(columns), lanes_(lanes), index_(columns), pruned_(panels() * kPanel<T>) {
    groups_.reserve(panels());
    group_of_.resize(panels());
    widths_.reserve(panels());
    column_at_.reserve(panels() * kPanel<T>);
    scatter_.resize(panels() * vectors());
    gather_.reserve(2 * panels() * vectors());
    gather_end_.reserve(panels());
    select([](std::size_t) { return true; });
  }

  // Activates the columns j with in_use(j), and prunes the others.
  template <class F> void select(F&& in_use) {
    groups_.clear(), widths_.clear(), column_at_.clear(), gather_.clear(), gather_end_.clear();
    count_ = 0;
    for (std::size_t p = 0; p < panels(); ++p) {
      const std::size_t first = p * kPanel<T>, last = std::min(first + kPanel<T>, columns_);
      std::size_t here = 0;
      for (std::size_t j = first; j < last; ++j) {
        const bool active = in_use(j);
        index_[j] = active ? 0 : kPruned;
        pruned_[j] = active ? 0 : -1;
        here += active;
      }
      if (groups_.empty() || group_size_ + here > kGroupColumns) {
        while (column_at_.size() % kPanel<T>) column_at_.push_back(kPruned);
        groups_.push_back({p, p, column_at_.size() / kPanel<T>, 0});
        group_size_ = 0;
      }
      group_of_[p] = groups_.size() - 1;
      for (std::size_t j = first; j < last; ++j)
        if (index_[j] != kPruned) {
          index_[j] = static_cast<std::uint32_t>(column_at_.size());
          column_at_.push_back(static_cast<std::uint32_t>(j));
        }
      group_size_ += here, count_ += here;
      Group& group = groups_.back();
      group.last = p + 1;
      group.active_last = (column_at_.size() + kPanel<T> - 1) / kPanel<T>;
    }
    while (column_at_.size() % kPanel<T>) column_at_.push_back(kPruned);
    plan_moves();
  }

  bool all() const { return count_ == columns_; }
  std::size_t count() const { return count_; }
  std::size_t columns() const { return columns_; }
  bool is_active(std::size_t j) const { return index_[j] != kPruned; }
  // The index of active column j in the panels of active columns.
  std::size_t index(std::size_t j) const { return index_[j]; }
  // The column at an index of the panels of active columns; kPruned past the end of a group.
  std::uint32_t column_at(std::size_t index) const { return column_at_[index]; }

  std::size_t panels() const { return (columns_ + kPanel<T> - 1) / kPanel<T>; }
  std::size_t active_panels() const { return widths_.size(); }
  std::size_t width(std::size_t active_panel) const { return widths_[active_panel]; }
  const Group& group(std::size_t panel) const { return groups_[group_of_[panel]]; }

  // Moves that fill a panel of active columns from the panels of all columns.
  const LaneMove<T>* gather_moves(std::size_t active_panel) const {
    return gather_.data() + (active_panel ? gather_end_[active_panel - 1] : 0);
  }
  std::size_t gather_count(std::size_t active_panel) const {
    return gather_end_[active_panel] - (active_panel ? gather_end_[active_panel - 1] : 0);
  }
  // One move per vector of a panel of all columns, from rows with the active panels of its group side by side.
  const LaneMove<T>* scatter_moves(std::size_t panel) const { return scatter_.data() + panel * vectors(); }
  // All bits set in the lanes of pruned columns.
  const typename LaneMove<T>::Lane* pruned_lanes(std::size_t panel) const { return pruned_.data() + panel * kPanel<T>; }

 private:
  std::size_t vectors() const { return kPanel<T> / lanes_; }

  void plan_moves() {
    for (std::size_t index = 0; index < column_at_.size();) {
      std::size_t width = 0;
      // One move per source vector.
      while (width < kPanel<T> && column_at_[index + width] != kPruned) {
        const std::size_t column = column_at_[index + width], vector = column / lanes_;
        LaneMove<T> move =
            empty(static_cast<std::ptrdiff_t>(column / kPanel<T>),
                  static_cast<std::ptrdiff_t>(vector * lanes_ % kPanel<T>), static_cast<std::ptrdiff_t>(width));
        std::size_t lane = 0;
        for (; width < kPanel<T> && column_at_[index + width] / lanes_ == vector; ++width)
          move.lane[lane++] = static_cast<typename LaneMove<T>::Lane>(column_at_[index + width] % lanes_);
        gather_.push_back(move);
      }
      widths_.push_back(width);
      gather_end_.push_back(gather_.size());
      index += kPanel<T>;
    }
    for (std::size_t p = 0; p < panels(); ++p)
      for (std::size_t v = 0; v < vectors(); ++v) {
        LaneMove<T> move = empty(0, 0, 0);
        bool started = false;
        for (std::size_t lane = 0; lane < lanes_; ++lane) {
          const std::size_t j = p * kPanel<T> + v * lanes_ + lane;
          if (j >= columns_ || !is_active(j)) continue;
          const auto index = static_cast<std::ptrdiff_t>(index_in_group(p, j));
          if (!started) move.from = index;
          started = true;
          move.lane[lane] = static_cast<typename LaneMove<T>::Lane>(index - move.from);
        }
        scatter_[p * vectors() + v] = move;
      }
  }
  std::size_t index_in_group(std::size_t panel, std::size_t j) const {
    return index_[j] - group(panel).active_first * kPanel<T>;
  }
  static LaneMove<T> empty(std::ptrdiff_t panel, std::ptrdiff_t from, std::ptrdiff_t to) {
    LaneMove<T> move{panel, from, to, {}};
    std::fill(std::begin(move.lane), std::end(move.lane), -1);
    return move;
  }

  std::size_t columns_ = 0, lanes_ = kRowPad<T>, count_ = 0, group_size_ = 0;
  std::vector<std::uint32_t> index_, column_at_;
  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_, widths_, gather_end_;
  std::vector<LaneMove<T>> gather_, scatter_;
  std::vector<typename LaneMove<T>::Lane> pruned_;
};

}  // namespace proxnet
