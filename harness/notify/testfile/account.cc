#include "notify/testfile/account.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text/format.h"
#include "notify/route/route.h"
#include "notify/testfile/notification_text.h"

namespace firedrill::notify {
namespace {

// Nobody reads more lines than these.
constexpr std::size_t kMostLines = 60;

std::string since(Time at, Time start) {
  return time_text(at - start);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : ", ") + each;
  return out;
}

std::string describe(const HeldBack& held) {
  const std::string name = held.alert->labels.to_string();
  switch (held.how) {
    case events::HoldKind::inhibited:
      return format("{} is inhibited by {} (inhibition rule {})", name, held.source->labels.to_string(), held.rule + 1);
    case events::HoldKind::muted:
      if (!held.is_outside) return format("{} is muted by time interval {}", name, joined(held.names));
      return format("{} is muted: none of the active time intervals holds ({})", name, joined(held.names));
    case events::HoldKind::silenced:
      return format("{} is silenced by silence {}", name, joined(held.names));
    case events::HoldKind::dropped:
    case events::HoldKind::lost:
    case events::HoldKind::deduplicated:
      break;  // not what is held back at a flush
  }
  return {};
}

// What was not accepted: its group, the flush's number and the integration.
using Failures = std::set<std::tuple<const GroupInfo*, std::size_t, std::size_t>>;

Failures failures_among(const std::vector<Notification>& notifications) {
  Failures out;
  for (const Notification& each : notifications) {
    if (!each.accepted) out.emplace(each.group.get(), each.flush, each.integration);
  }
  return out;
}

std::string describe(const Decision& decision, bool has_failed, const Receiver& receiver, Time start) {
  const std::string which = receiver.integrations.size() == 1 ? "" : format("integration {}: ", decision.integration);
  if (decision.is_sent) {
    return format("{}{}, {}", which, has_failed ? "could not be told" : "told", to_string(decision.reason));
  }
  if (decision.reason != Reason::none)
    return format("{}all resolved, which it is not told (send_resolved is off)", which);
  if (decision.since) return format("{}nothing new since {}", which, since(*decision.since, start));
  return format("{}resolved before anything was told", which);
}

std::vector<std::string> describe(const Flush& flush, const Failures& failures, const Receiver& receiver, Time start) {
  std::vector<std::string> lines;
  for (const HeldBack& each : flush.held_back) lines.push_back(describe(each));
  for (const Decision& each : flush.decisions) {
    const bool has_failed = failures.contains({flush.group.get(), flush.number, each.integration});
    lines.push_back(describe(each, has_failed, receiver, start));
  }
  return lines;
}

// Lines of one group, equal ones of flushes in a row together.
class GroupAccount {
 public:
  explicit GroupAccount(Time start) : start_(start) {}

  void add(const Flush& flush, const Failures& failures, const Receiver& receiver) {
    std::vector<std::string> lines = describe(flush, failures, receiver, start_);
    if (lines != last_) {
      end();
      last_ = std::move(lines);
      from_ = flush.at;
      count_ = 0;
    }
    to_ = flush.at;
    ++count_;
  }
  std::vector<std::string> take() {
    end();
    return std::move(out_);
  }

 private:
  void end() {
    if (count_ == 0) return;
    const std::string when = count_ == 1
                                 ? since(from_, start_)
                                 : format("{} to {}, {} flushes", since(from_, start_), since(to_, start_), count_);
    for (const std::string& each : last_) out_.push_back(format("  {}: {}", when, each));
    count_ = 0;
  }

  Time start_;
  std::vector<std::string> last_;
  Time from_{};
  Time to_{};
  std::size_t count_ = 0;
  std::vector<std::string> out_;
};

void tell_failures(const std::vector<Notification>& notifications, std::string_view receiver, Time start, Time until,
                   std::vector<std::string>& out) {
  for (const Notification& each : notifications) {
    if (each.accepted || each.receiver != receiver || each.flushed_at >= until) continue;
    const Attempt& last = each.attempts.back();
    if (last.result == Attempt::Result::not_rendered) {
      out.push_back(format("flush at {} of group {}: nothing was sent by integration {}: {}",
                           since(each.flushed_at, start), each.group->key, each.integration, each.fault));
      continue;
    }
    out.push_back(format("flush at {} of group {}: not accepted by integration {} in {} attempt{}, the last at {} {}",
                         since(each.flushed_at, start), each.group->key, each.integration, each.attempts.size(),
                         each.attempts.size() == 1 ? "" : "s", since(last.at, start),
                         last.status == 0 ? std::string("without an answer") : format("answered {}", last.status)));
  }
}

}  // namespace

std::string describe_path(const Configuration& configuration, const model::Labels& labels, std::size_t route) {
  std::string out = labels.to_string();
  for (const std::size_t each : path_to(configuration.routes, route)) {
    const Route& step = configuration.routes[each];
    out += step.parent ? format(" → {}", to_text(step.matchers)) : " → root";
  }
  return out + format(" → {}", configuration.routes[route].receiver);
}

std::vector<std::string> account_of(const Configuration& configuration, const std::vector<Flush>& flushes,
                                    const std::vector<Notification>& notifications, std::string_view receiver,
                                    Time start, Time until) {
  const Receiver* of = configuration.receiver(receiver);
  const Failures failures = failures_among(notifications);
  std::vector<std::string> out;
  std::map<const GroupInfo*, std::size_t> order;
  std::vector<std::pair<GroupPtr, GroupAccount>> groups;
  for (const Flush& flush : flushes) {
    if (flush.group->receiver != receiver || flush.at >= until) continue;
    const auto [found, is_new] = order.try_emplace(flush.group.get(), groups.size());
    if (is_new) groups.emplace_back(flush.group, GroupAccount(start));
    groups[found->second].second.add(flush, failures, *of);
  }
  for (auto& [group, account] : groups) {
    out.push_back(format("group {}, made at {}:", group->key, since(group->created, start)));
    for (std::string& line : account.take()) out.push_back(std::move(line));
  }
  tell_failures(notifications, receiver, start, until, out);
  if (out.size() > kMostLines) {
    const std::size_t left_out = out.size() - kMostLines;
    out.resize(kMostLines);
    out.push_back(format("… and {} line{} more", left_out, left_out == 1 ? "" : "s"));
  }
  return out;
}

}  // namespace firedrill::notify
