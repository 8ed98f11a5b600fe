#include "cli/bounds.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/duration.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "base/text/regex.h"
#include "cli/console.h"

namespace firedrill::cli {
namespace {

constexpr Duration kDefaultTimeout = 30min;
constexpr std::uint64_t kDefaultMemory = std::uint64_t{4} << 30;

// Of what the system allows a quarter stays for what is not ours, and for saying what is wrong.
std::uint64_t default_memory() {
  const auto limit = memory_limit();
  return limit ? std::min(kDefaultMemory, *limit / 4 * 3) : kDefaultMemory;
}

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// A whole number and a unit behind it; nothing if it is neither, or beyond 2^62.
std::optional<std::uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = digits > 0 ? parse_int(text.substr(0, digits)) : std::nullopt;
  const auto unit = std::ranges::find(units, text.substr(digits), &Unit::name);
  if (!number || unit == units.end()) return std::nullopt;
  const auto count = static_cast<std::uint64_t>(*number);
  if (count > kMost / unit->factor) return std::nullopt;
  return count * unit->factor;
}

std::vector<std::string> bound_names() {
  std::vector<std::string> names;
  for (const BoundInfo& info : bound_table()) names.emplace_back(info.name);
  return names;
}

// "series=2M"; what is wrong with it, or nothing.
std::string read_limit(const std::string& text, Budget& budget) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto table = bound_table();
  const auto info = std::ranges::find(table, name, &BoundInfo::name);
  if (equals == std::string::npos) return format("'{}' is not NAME=N (firedrill list limits)", text);
  if (info == table.end()) return format("there is no bound '{}'; {}", name, suggest(name, bound_names()));
  const auto most = parse_count(std::string_view(text).substr(equals + 1));
  if (!most) return format("'{}' is no whole number, such as 250000, 40M or 2G", text.substr(equals + 1));
  budget.limit(info->bound, *most);
  return {};
}

}  // namespace

Position named_file(const std::string& path) {
  return {make_source(path, {}), 0, 0};
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr std::uint64_t k = 1000;
  constexpr std::array kUnits{Unit{"", 1},
                              Unit{"B", 1},
                              Unit{"KiB", 1 << 10},
                              Unit{"MiB", 1 << 20},
                              Unit{"GiB", 1 << 30},
                              Unit{"TiB", std::uint64_t{1} << 40},
                              Unit{"kB", k},
                              Unit{"KB", k},
                              Unit{"MB", k * k},
                              Unit{"GB", k * k * k},
                              Unit{"TB", k * k * k * k}};
  return parse_with_unit(text, kUnits);
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  constexpr std::array kUnits{Unit{"", 1},          Unit{"k", 1000},          Unit{"K", 1000},
                              Unit{"M", 1'000'000}, Unit{"G", 1'000'000'000}, Unit{"T", 1'000'000'000'000}};
  const auto count = parse_with_unit(text, kUnits);
  if (!count) return std::nullopt;
  return static_cast<std::int64_t>(*count);
}

void Bounds::declare(Arguments arguments) {
  const auto read_timeout = [this](const std::string& text) {
    const auto timeout = parse_duration(text);
    if (!timeout) return format("'{}' is no duration such as 90s or 2h: {}", text, timeout.error());
    timeout_ = *timeout;
    return std::string();
  };
  const auto read_memory = [this](const std::string& text) {
    max_memory_ = parse_bytes(text);
    return max_memory_ ? std::string() : format("'{}' is no number of bytes such as 512MiB or 2GiB", text);
  };
  arguments.option_read_by("--timeout", read_timeout, "end with exit code 2 after so long; 0: never (default: 30m)");
  arguments.option_read_by("--max-memory", read_memory,
                           "end with exit code 2 when holding more, as 512MiB; 0: no bound (default: 4GiB, or three "
                           "quarters of what the system allows)");
  arguments
      .option("--limit", limits_, "NAME=N: another bound of what inputs may ask for; 0: none (firedrill list limits)")
      .each_read_by([this](const std::string& text) { return read_limit(text, budget_); })
      .separated_by(',');
}

Bounds::~Bounds() {
  if (started_) Regex::count_in(nullptr);
}

void Bounds::start() {
  started_ = true;
  Regex::count_in(&budget_);
  net_ = std::make_unique<Net>(timeout_.value_or(kDefaultTimeout), max_memory_ ? *max_memory_ : default_memory());
}

void Bounds::stop_time() {
  if (net_ != nullptr) net_->stop_time();
}

void Bounds::go_on_with_time() {
  if (net_ != nullptr) net_->go_on_with_time();
}

void Bounds::wait_for_others() {
  if (!timeout_) stop_time();
}

std::optional<Duration> Bounds::asked_timeout() const {
  return timeout_ && *timeout_ > Duration(0) ? timeout_ : std::nullopt;
}

void Bounds::apply_limits(Budget& budget) const {
  for (const std::string& limit : limits_) (void)read_limit(limit, budget);
}

bool Bounds::exceeded() {
  if (!budget_.exceeded()) return false;
  print_diagnostics(std::array{budget_.diagnostic()});
  return true;
}

}  // namespace firedrill::cli
