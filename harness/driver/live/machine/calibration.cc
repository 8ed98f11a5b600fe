#include "driver/live/machine/calibration.h"

#include <algorithm>
#include <array>

#include "base/maths.h"
#include "base/text/format.h"
#include "base/text/numbers.h"

namespace firedrill::driver::live {
namespace {

using fake_services::OpenLoop;
using fake_services::OutsideCounts;

constexpr Duration kTrial = std::chrono::milliseconds(1500);
constexpr Duration kRest = std::chrono::milliseconds(300);
constexpr double kLowShare = 0.1;
constexpr double kLowRate = 20;  // requests per second, at least
constexpr double kFew = 8;       // answers of which the mean says nothing
// A request begun later than this is no longer begun at its time.
constexpr double kLatestStart = 0.14;
// What the services' own queues may add between a low rate and the usual one; beyond it the processors do.
constexpr double kLongerFactor = 3;
constexpr double kLonger = 0.03;
// And on by halves, as long as there is a rate to speak of.
constexpr std::array kShares = {0.75, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05};
constexpr double kLeastRate = 1;  // requests per second

struct Trial {
  double seconds = 0;  // that an answer takes, on average
  double answers = 0;
  fake_services::Lateness lateness;
};

class Trials {
 public:
  Trials(OpenLoop& clients, const std::vector<EntryRate>& rates, const std::function<bool(Duration)>& wait)
      : clients_(clients), rates_(rates), wait_(wait) {}

  std::optional<Trial> run(const std::function<double(const EntryRate&)>& rate) {
    for (const EntryRate& each : rates_) clients_.set_rate(each.service, rate(each));
    clients_.resume();
    if (!wait_(kRest)) return std::nullopt;
    (void)clients_.take_lateness();
    const auto [count, sum] = answered();
    if (!wait_(kTrial)) return std::nullopt;
    const auto [count_after, sum_after] = answered();
    const fake_services::Lateness lateness = clients_.take_lateness();
    clients_.pause();
    for (int i = 0; i < 10 && clients_.under_way() > 0; ++i) {
      if (!wait_(kRest)) return std::nullopt;
    }
    const double answers = count_after - count;
    return Trial{answers > 0 ? (sum_after - sum) / answers : 0, answers, lateness};
  }

 private:
  std::pair<double, double> answered() const {
    double count = 0;
    double sum = 0;
    for (const EntryRate& each : rates_) {
      const OutsideCounts counts = clients_.counts(each.service);
      count += counts.seen.latency_count;
      sum += counts.seen.latency_sum_s;
    }
    return {count, sum};
  }

  OpenLoop& clients_;
  const std::vector<EntryRate>& rates_;
  const std::function<bool(Duration)>& wait_;
};

// Of the sending side.
std::string against_sending(const Trial& trial) {
  if (trial.lateness.unsent > 0) return format("{} requests found no room", trial.lateness.unsent);
  if (trial.lateness.p99_s <= kLatestStart) return "";
  return format("one in a hundred requests began {:.0f} ms late", trial.lateness.p99_s * 1000);
}

// Of the whole.
std::string against(const Trial& trial, const Trial& low) {
  if (std::string why = against_sending(trial); !why.empty()) return why;
  if (low.answers < kFew) return "";
  if (trial.answers > 0 && trial.seconds <= kLongerFactor * low.seconds + kLonger) return "";
  return format("answers took {:.0f} ms, at a low rate {:.0f} ms", trial.seconds * 1000, low.seconds * 1000);
}

}  // namespace

std::string remedy_for(const Carried& carried, std::string_view where) {
  if (carried.share <= 0) {
    return "no lower rate works either: see what else the machine is busy with, or simulate the scenario";
  }
  const double percent =
      carried.share >= 0.01 ? maths::floor(100 * carried.share + 0.5) : maths::floor(100000 * carried.share) / 1000;
  return format("the highest rate that works is about {} requests per second: {}lower requests_per_second to {} %",
                format_number(carried.rate >= 10 ? maths::floor(carried.rate + 0.5) : round_to_record(carried.rate)),
                where, format_number(percent));
}

std::optional<Carried> calibrate(OpenLoop& clients, const std::vector<EntryRate>& rates,
                                 const std::function<bool(Duration)>& wait) {
  Trials trials(clients, rates, wait);
  const auto finish = [&](Carried found) {
    for (const EntryRate& each : rates) clients.set_rate(each.service, std::nullopt);
    return found;
  };
  double usual = 0;
  double most = 0;
  for (const EntryRate& each : rates) {
    usual += each.usual;
    most += each.most;
  }
  if (usual <= 0) return finish({});
  const auto low = trials.run(
      [](const EntryRate& each) { return std::min(each.usual, std::max(kLowRate, kLowShare * each.usual)); });
  if (!low) return std::nullopt;
  const auto try_share = [&](double share, bool of_most) -> std::optional<std::string> {
    const auto trial = trials.run([&](const EntryRate& each) { return share * (of_most ? each.most : each.usual); });
    if (!trial) return std::nullopt;
    // Beyond the usual rate services may well fall behind: that is their affair.
    return of_most ? against_sending(*trial) : against(*trial, *low);
  };
  for (const bool of_most : {false, true}) {
    const double asked = of_most ? most : usual;
    if (of_most && most <= usual) continue;
    const auto why = try_share(1, of_most);
    if (!why) return std::nullopt;
    if (why->empty()) continue;
    const auto lower = [](double share) {
      const auto listed = std::ranges::find_if(kShares, [&](double each) { return each < share; });
      return listed == kShares.end() ? share / 2 : *listed;
    };
    for (double share = kShares.front(); share * asked >= kLeastRate; share = lower(share)) {
      const auto still = try_share(share, of_most);
      if (!still) return std::nullopt;
      if (still->empty()) return finish({false, share, share * asked, asked, *why});
    }
    return finish({false, 0, 0, asked, *why});
  }
  return finish({true, 1, most, most, ""});
}

}  // namespace firedrill::driver::live
