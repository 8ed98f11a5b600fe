#include "notify/testfile/play.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text/format.h"
#include "notify/payload/renderer.h"
#include "notify/testfile/sender.h"

namespace firedrill::notify {
namespace {

// More of them is a mistake in the file.
constexpr std::size_t kMaxEvaluations = 200'000'000;
constexpr std::size_t kMaxPosts = 2'000'000;
constexpr std::size_t kMaxSteps = 20'000'000;

class Failures final : public Endpoints {
 public:
  Failures(std::vector<ReceiverFailure> failures, Time start) : failures_(std::move(failures)), start_(start) {}

  Response respond(const Receiver& receiver, std::size_t integration, Time at) const override {
    const Duration now = at - start_;
    for (const ReceiverFailure& each : failures_) {
      if (each.receiver != receiver.name || each.integration.value_or(integration) != integration) continue;
      if (now < each.from || (each.to && now >= *each.to)) continue;
      return {.status = each.status, .never = each.status == 0};
    }
    return {};
  }

 private:
  std::vector<ReceiverFailure> failures_;
  Time start_;
};

// What happens at one time, in this order; then what Alertmanager has to do, then the cases look.
struct Moment {
  std::vector<PostedAlert> posts;
  bool reloads = false;
  std::vector<std::size_t> alert_cases;
};

class Play {
 public:
  Play(const LoadedTests& loaded, const ConfigurationTest& test, std::uint64_t seed, bool keeps_flushes, Budget* budget)
      : loaded_(loaded),
        test_(test),
        manager_(loaded.configuration,
                 {.flags = loaded.file.flags, .start = test.start, .seed = seed, .keeps_flushes = keeps_flushes},
                 std::make_shared<Failures>(test.receiver_failures, test.start),
                 std::make_shared<PayloadRenderer>(loaded.configuration, loaded.rendering, loaded.file.external_url,
                                                   budget)) {}

  Played run() {
    played_.alert_cases.resize(test_.alert_cases.size());
    plan();
    for (const auto& [when, moment] : moments_) {
      if (!played_.trouble.empty()) break;
      happen(when, moment);
    }
    advance(test_.start + end_of(test_));
    played_.outcomes = manager_.take_outcomes();
    played_.alerts.assign(alerts_.begin(), alerts_.end());
    return std::move(played_);
  }

 private:
  void plan() {
    const Time until = test_.start + end_of(test_);
    SenderWork work;
    for (const SentAlert& each : test_.alerts) {
      const SenderWork more = work_of(each, test_.start, until);
      work.evaluations += more.evaluations;
      work.posts += more.posts;
      if (work.evaluations > kMaxEvaluations) {
        played_.trouble = format("its alerts would be evaluated more than {} times", kMaxEvaluations);
      } else if (work.posts > kMaxPosts) {
        played_.trouble = format("its alerts would be sent more than {} times", kMaxPosts);
      }
      if (!played_.trouble.empty()) return;
      alerts_.insert(each.labels);
      for (TimedPost& post : posts_of(each, test_.start, until)) {
        moments_[post.at].posts.push_back(std::move(post.alert));
      }
    }
    for (const Push& push : test_.pushes) {
      for (const Push::Alert& each : push.alerts) moments_[test_.start + push.at].posts.push_back(posted(each));
    }
    for (const Duration at : test_.reloads) moments_[test_.start + at].reloads = true;
    for (std::size_t i = 0; i < test_.alert_cases.size(); ++i) {
      moments_[test_.start + test_.alert_cases[i].at].alert_cases.push_back(i);
    }
    for (const TestSilence& each : test_.silences) {
      manager_.add_silence(
          {.matchers = each.matchers, .starts_at = test_.start + each.from, .ends_at = test_.start + each.to});
    }
  }

  PostedAlert posted(const Push::Alert& alert) {
    alerts_.insert(alert.labels);
    PostedAlert out{.labels = alert.labels, .annotations = alert.annotations};
    if (alert.starts_at) out.starts_at = test_.start + *alert.starts_at;
    if (alert.ends_at) out.ends_at = test_.start + *alert.ends_at;
    return out;
  }

  void happen(Time when, const Moment& moment) {
    if (when > test_.start + end_of(test_)) return;
    advance(when - 1ms);
    if (!moment.posts.empty()) manager_.post(moment.posts, when);
    if (moment.reloads) manager_.reload(loaded_.configuration, when);
    advance(when);
    for (const std::size_t i : moment.alert_cases) played_.alert_cases[i] = look(test_.alert_cases[i], when);
  }

  void advance(Time until) {
    for (Time due = manager_.next_due(); due <= until; due = manager_.next_due()) {
      manager_.run_due(due);
      if (++steps_ <= kMaxSteps) continue;
      played_.trouble = format("its groups would be flushed more than {} times", kMaxSteps);
      return;
    }
  }

  Played::Seen look(const AlertCase& wanted, Time when) const {
    std::vector<AlertPtr> found;
    for (const AlertPtr& alert : manager_.alerts()) {
      const bool has_all = std::ranges::all_of(
          wanted.labels, [&](const model::Label& label) { return alert->labels.get(label.name) == label.value; });
      if (has_all) found.push_back(alert);
    }
    if (found.empty()) return {{}, "there is no such alert"};
    if (found.size() > 1) {
      return {{},
              format("{} alerts have these labels, {} and {} among them", found.size(), found[0]->labels.to_string(),
                     found[1]->labels.to_string())};
    }
    return {manager_.state_of(found.front()->labels, when), {}};
  }

  const LoadedTests& loaded_;
  const ConfigurationTest& test_;
  Alertmanager manager_;
  std::map<Time, Moment> moments_;
  std::set<model::Labels> alerts_;
  Played played_;
  std::size_t steps_ = 0;
};

}  // namespace

Duration end_of(const ConfigurationTest& test) {
  Duration end{};
  for (const AlertCase& each : test.alert_cases) end = std::max(end, each.at);
  // `to` itself does not belong to a case.
  for (const NotificationCase& each : test.notification_cases) end = std::max(end, each.to - 1ms);
  return end;
}

Played play(const LoadedTests& loaded, const ConfigurationTest& test, std::uint64_t seed, bool keeps_flushes,
            Budget* budget) {
  return Play(loaded, test, seed, keeps_flushes, budget).run();
}

}  // namespace firedrill::notify
