// When a line was written: by the rates at which what it is about happened in the stretch that is looked at.
#include <algorithm>
#include <tuple>

#include "base/text/format.h"
#include "fake_services/logs/log_writer.h"

namespace firedrill::fake_services {
namespace {

using enum LogCause;

std::string new_trace(RandomStream& chance) {
  constexpr std::uint64_t kHalf = std::uint64_t{1} << 32U;
  std::string trace;
  for (int i = 0; i < 4; ++i) trace += format("{:08x}", chance.below(kHalf));
  return trace;
}

std::vector<std::size_t> from_outside(LogCause cause) {
  using History = RateHistory;
  switch (cause) {
    case refused:
      return {History::failure(ConnectFailure::refused)};
    case timeout:
      return {History::failure(ConnectFailure::dropped), History::kUnanswered, History::kGivenUp};
    case reset:
      return {History::failure(ConnectFailure::reset), History::kCut};
    case dns_error:
      return {History::failure(ConnectFailure::unresolved)};
    default:
      return {History::failure(ConnectFailure::untrusted)};
  }
}

}  // namespace

// What begins or ends where something has changed does so there.
LogWriter::Stretch LogWriter::stretch_of(const Group& group, const Up* up) const {
  const Time from = group.sampler.begins() && first_change_ ? *first_change_ : from_;
  const Time to = group.sampler.ends() && last_change_ && *last_change_ > from ? *last_change_ : to_;
  if (up == nullptr) return {from, to};
  const Stretch both{std::max(from, up->from), std::min(to, up->until)};
  if (both.from < both.to) return both;
  return {std::max(from_, up->from), std::min(to_, up->until)};
}

// Of a code where one is given.
std::vector<std::size_t> LogWriter::places_of_call(const Group& group, int code) const {
  const auto [cause, service, edge] = std::tuple(group.cause, group.service, group.edge);
  if (cause == cache_miss) return {history_.misses(service, edge)};
  if (cause == repeated) return {history_.retries(service, edge)};
  if (cause != bad_answer) return {history_.outcome(service, edge, outcome_of(cause))};
  std::vector<std::size_t> places;
  const std::vector<int>& codes = model_->services[service].edges[edge].codes.list;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const bool its = code == 0 ? cause_of(codes[i]) == server_error : codes[i] == code;
    if (its) places.push_back(history_.code(service, edge, i));
  }
  return places;
}

// What its lines are of; of some, as of what Prometheus writes, no rates are known.
std::optional<RateHistory::Counted> LogWriter::counted(const Group& group, const Subject& subject, int code) const {
  if (is_of_monitor(group.cause) || group.cause == lag) return std::nullopt;
  RateHistory::Counted counted{.service = group.service, .slow = group.cause == slow};
  if (group.writer == Writer::edge) {
    counted.places = from_outside(group.cause);
    return counted;
  }
  counted.replica = subject.replica;
  if (is_of_call(group.cause)) {
    counted.places = places_of_call(group, code);
    return counted;
  }
  const ServiceModel& m = model_->services[group.service];
  const std::size_t answers = m.routes.size() * m.layout.slots;
  for (std::size_t i = 0; i < answers; ++i) {
    const bool its = group.cause == slow || cause_of(m.codes.list[i % m.layout.slots]) == group.cause;
    if (subject.answer ? i == *subject.answer : its) counted.places.push_back(RateHistory::answer(i));
  }
  return counted;
}

// How often it happened there; nothing: that is not known, or it did not.
std::vector<Spell> LogWriter::spells_of(const Group& group, const Subject& subject, const Texts& texts,
                                        Stretch within) const {
  if (within.from >= within.to) return {};
  const auto spells = [&](const Subject& of, int code) {
    std::optional<RateHistory::Counted> what = counted(group, of, code);
    if (!what) return std::vector<Spell>{};
    std::vector<Spell> found = history_.spells(*what, within.from, within.to);
    if (nothing(found)) found.clear();
    return found;
  };
  std::vector<Spell> found = spells(subject, texts.code);
  // Which answer it was is drawn for all replicas together: perhaps this one gave others of the sort alone.
  if (found.empty() && (subject.answer || texts.code != 0)) found = spells({.replica = subject.replica}, 0);
  return found;
}

// Those that did nothing of it in this stretch, where it is known that others did.
std::vector<bool> LogWriter::idle_replicas(const Group& group, std::size_t replicas) const {
  std::optional<RateHistory::Counted> what = counted(group, {.replica = 0}, 0);
  if (!what) return {};
  std::vector<bool> idle(replicas, false);
  for (std::size_t r = 0; r < replicas; ++r) {
    what->replica = r;
    idle[r] = !history_.any(*what, from_, to_);
  }
  return std::ranges::find(idle, false) == idle.end() ? std::vector<bool>{} : idle;
}

// One number is drawn whatever is known, so that what is steady has the same times whatever happens elsewhere. Of what
// lasted for long nothing is written before that has gone by.
Time LogWriter::time_of(const Group& group, const Subject& subject, const Texts& texts) {
  const Up* up = subject.up;
  Stretch stretch = stretch_of(group, up);
  Stretch whole = up == nullptr ? Stretch{from_, to_} : Stretch{std::max(from_, up->from), std::min(to_, up->until)};
  if (const Time earliest = begun_.value_or(from_) + texts.lasted;
      begun_ && texts.lasted > Duration(0) && earliest > stretch.from) {
    stretch = {std::min(earliest, to_ - Duration(1)), std::max(stretch.to, std::min(earliest + Duration(1), to_))};
    whole.from = std::max(whole.from, earliest);
  }
  const auto length = std::max<Duration::rep>(1, (stretch.to - stretch.from).count());
  const std::uint64_t drawn = chance_of(group).below(static_cast<std::uint64_t>(length));
  const std::vector<Spell> spells = spells_of(group, subject, texts, whole);
  const bool same = whole.from == stretch.from && whole.to == stretch.to;
  if (spells.empty() || (same && is_steady(spells))) return stretch.from + Duration(static_cast<Duration::rep>(drawn));
  return instant_of(spells, (static_cast<double>(drawn) + 0.5) / static_cast<double>(length));
}

// Whoever failed a request because of another one writes of the same trace, a little later.
void LogWriter::place(const Group& group, const Subject& subject, bool alone, const Texts& texts,
                      events::LogLine& line) {
  ServiceLog& log = logs_[group.service];
  line.t = time_of(group, subject, texts);
  line.trace = new_trace(log.chance);
  if (alone || group.writer != Writer::service) return;
  const auto follow = [&](std::vector<Traced>& failed, std::vector<Traced>::iterator at) {
    constexpr std::uint64_t kLatest_ms = 20;
    const Traced other = *at;
    failed.erase(at);
    line.trace = other.id;
    line.t = std::min(other.t + Duration(1 + static_cast<Duration::rep>(log.chance.below(kLatest_ms))),
                      std::max(other.t, to_ - Duration(1)));
    return other;
  };
  // Not at a time at which it did not happen: the call may have been made again after that.
  const auto known = [&](const std::vector<Traced>& failed) {
    return failed.empty() ? std::vector<Spell>{} : spells_of(group, subject, texts, {from_, to_});
  };
  if (group.cause == bad_answer) {
    std::vector<Traced>& theirs = logs_[model_->services[group.service].edges[group.edge].callee].failed;
    const Up* up = subject.up;
    const std::vector<Spell> spells = known(theirs);
    const auto its = std::ranges::find_if(theirs, [&](const Traced& other) {
      const bool could = up == nullptr || (other.t >= up->from && other.t < up->until);
      return other.answered && other.code == texts.code && could && (spells.empty() || happens_at(spells, other.t));
    });
    if (its != theirs.end()) follow(theirs, its);
  } else if (group.cause == server_error) {
    const std::vector<Spell> spells = known(log.failed);
    const auto own = std::ranges::find_if(log.failed, [&](const Traced& other) {
      const bool then = spells.empty() || happens_at(spells, other.t);
      return !other.answered && other.code == texts.code && other.route == line.route && then;
    });
    if (own != log.failed.end()) line.pod = follow(log.failed, own).pod;
  }
}

}  // namespace firedrill::fake_services
