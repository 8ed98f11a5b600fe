#include "fake_services/traffic/stations/quota_sample.h"

#include <algorithm>
#include <deque>
#include <queue>

#include "base/maths.h"
#include "base/random.h"
#include "fake_services/traffic/quota.h"

namespace firedrill::fake_services {
namespace {

constexpr double kRequests = 16000;  // that are followed, beside those of the beginning
constexpr double kTurnedAway = 2;    // as many as that of them at most, and so many that come later
constexpr double kBeginning = 0.2;   // of them: as many again come first, and are forgotten
constexpr double kNever = 1e300;

// A generator that costs less than what is done with its numbers (SplitMix64).
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  double uniform() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
  }
  double exponential(double mean) { return -mean * maths::log(1 - uniform()); }
  std::size_t below(std::size_t n) {
    return std::min(n - 1, static_cast<std::size_t>(uniform() * static_cast<double>(n)));
  }
  double normal() {
    const double radius = maths::sqrt(-2 * maths::log(1 - uniform()));
    return radius * maths::cos(6.283185307179586 * uniform());
  }

 private:
  std::uint64_t state_;
};

struct Request {
  double came = 0;
  double begun = 0;
  double own = 0;
  double cores = 0;  // against a request of average work a second
  std::size_t route = 0;
  std::size_t replica = 0;
  std::size_t sender = 0;
};

struct Working {
  double end;  // on the replica's own clock of work
  std::size_t request;
  bool operator<(const Working& other) const { return end > other.end; }
};

struct Replica {
  std::priority_queue<Working> working;
  std::deque<std::size_t> queue;
  std::int64_t busy = 0;
  std::int64_t in_flight = 0;
  double asked = 0;      // quota per second, by those at work
  double used = 0;       // of this period's quota
  double work = 0;       // seconds of work that each has got
  double work_at = 0;    // up to when
  double period_at = 0;  // when the period began
  bool throttled = false;
  std::uint64_t plan = 0;
};

enum class Kind { arrival, arrives_here, rest_ends, work_ends, quota_ends, period_ends };
struct Event {
  double at;
  Kind kind;
  std::size_t index;  // of a replica, or of a request
  std::uint64_t plan;
  bool operator<(const Event& other) const { return at > other.at; }
};

class Sampler {
 public:
  Sampler(const QuotaShape& shape, double rate);
  // All workers always busy.
  void saturate() { saturated_ = true; }
  // Begins with all places taken, as they will be.
  void fill() { full_ = true; }
  QuotaSample run();

 private:
  std::size_t new_request();
  void arrive(std::size_t request);
  void let_in(std::size_t request);
  void begin(std::size_t request);
  void end_work(Replica& p, std::size_t request);
  void leave(std::size_t request);
  void give_back(std::size_t request);
  void go_on(Replica& p);
  void plan(std::size_t index);
  void act(const Event& event);
  void occupy(Replica& p, int busy, int in_flight);
  void account();
  double draw(const Distribution& law);
  double draw_rest();
  std::size_t choose(std::size_t sender);

  const QuotaShape* shape_;
  double rate_;
  bool saturated_ = false;
  bool full_ = false;
  Draws draws_{20240229};
  double now_ = 0;
  std::vector<Replica> replicas_;
  std::vector<Request> requests_;
  std::vector<std::size_t> free_;
  std::priority_queue<Event> events_;
  std::vector<std::size_t> turns_;               // by sender
  std::vector<std::vector<std::int64_t>> owes_;  // by sender and replica
  std::int64_t under_way_ = 0;
  std::int64_t outside_ = 0;  // that wait for another to be done
  bool counts_ = false;
  double begun_at_ = 0;
  double accounted_ = 0;
  double levels_[3] = {};  // over all replicas: busy, in flight, its square
  double sums_[3] = {};
  double come_ = 0, offered_ = 0, accepted_ = 0, done_ = 0, waited_ = 0, wait_sum_ = 0, wait_square_ = 0, work_sum_ = 0;
  double throttles_ = 0, throttled_s_ = 0;
  std::vector<std::vector<double>> times_;
  std::vector<double> waits_;
};

Sampler::Sampler(const QuotaShape& shape, double rate) : shape_(&shape), rate_(rate), times_(shape.works.size()) {
  const Arrivals& a = shape.arrivals;
  const std::int64_t replicas =
      std::max(a.policy == LoadBalancing::random ? 1 : a.replicas, a.callers > 0 ? a.among : 1);
  replicas_.resize(static_cast<std::size_t>(std::max<std::int64_t>(1, replicas)));
  const auto senders = static_cast<std::size_t>(std::max<std::int64_t>(1, a.senders));
  turns_.resize(senders);
  for (std::size_t i = 0; i < senders; ++i) turns_[i] = draws_.below(replicas_.size());
  owes_.assign(senders, std::vector<std::int64_t>(replicas_.size(), 0));
  for (Replica& p : replicas_) p.period_at = -kQuotaPeriod * draws_.uniform();
}

double Sampler::draw(const Distribution& law) {
  if (law.shape() == Shape::constant) return law.mean();
  if (law.shape() == Shape::exponential) return draws_.exponential(law.mean());
  const double s2 = maths::log1p(law.variance() / (law.mean() * law.mean()));
  return maths::exp(maths::log(law.mean()) - s2 / 2 + maths::sqrt(s2) * draws_.normal());
}

double Sampler::draw_rest() {
  const double mean = shape_->rest_s;
  if (shape_->rest_varies == 1) return draws_.exponential(mean);
  return draw(Distribution::lognormal({mean, shape_->rest_varies * mean * mean}));
}

std::size_t Sampler::choose(std::size_t sender) {
  if (replicas_.size() == 1) return 0;
  switch (shape_->arrivals.policy) {
    case LoadBalancing::round_robin:
      return turns_[sender]++ % replicas_.size();
    case LoadBalancing::least_requests: {
      const auto& owes = owes_[sender];
      const std::int64_t least = *std::ranges::min_element(owes);
      std::size_t left = draws_.below(static_cast<std::size_t>(std::ranges::count(owes, least)));
      for (std::size_t i = 0; i < owes.size(); ++i) {
        if (owes[i] == least && left-- == 0) return i;
      }
      return 0;
    }
    default:
      return draws_.below(replicas_.size());
  }
}

void Sampler::account() {
  for (int i = 0; i < 3; ++i) sums_[i] += levels_[i] * (now_ - accounted_);
  accounted_ = now_;
}

void Sampler::occupy(Replica& p, int busy, int in_flight) {
  account();
  const auto square = [](std::int64_t n) { return static_cast<double>(n) * static_cast<double>(n); };
  levels_[0] += busy;
  levels_[1] += in_flight;
  levels_[2] += square(p.in_flight + in_flight) - square(p.in_flight);
  p.busy += busy;
  p.in_flight += in_flight;
}

std::size_t Sampler::new_request() {
  if (free_.empty()) {
    free_.push_back(requests_.size());
    requests_.emplace_back();
  }
  const std::size_t index = free_.back();
  free_.pop_back();
  Request& r = requests_[index];
  r.route = 0;
  double left = draws_.uniform();
  while (r.route + 1 < shape_->works.size() && left >= shape_->works[r.route].share) {
    left -= shape_->works[r.route++].share;
  }
  const Distribution& own = shape_->works[r.route].own;
  r.own = draw(own);
  r.cores = 1 / std::max(1e-9, own.mean());
  r.sender = draws_.below(turns_.size());
  return index;
}

void Sampler::let_in(std::size_t request) {
  ++under_way_;
  const double elsewhere = static_cast<double>(shape_->arrivals.elsewhere) / 8;
  if (shape_->arrivals.callers <= 0 || elsewhere <= 0) return arrive(request);
  double alone = shape_->rest_s;
  for (const QuotaWork& w : shape_->works) alone += w.share * w.own.mean();
  events_.push({now_ + draws_.exponential(elsewhere * alone), Kind::arrives_here, request, 0});
}

void Sampler::arrive(std::size_t request) {
  Request& r = requests_[request];
  r.replica = choose(r.sender);
  Replica& p = replicas_[r.replica];
  offered_ += 1;
  if (p.in_flight >= shape_->places) return give_back(request);
  accepted_ += 1;
  ++owes_[r.sender][r.replica];
  r.came = now_;
  occupy(p, 0, 1);
  if (p.busy < shape_->workers) {
    begin(request);
  } else {
    p.queue.push_back(request);
  }
}

void Sampler::give_back(std::size_t request) {
  free_.push_back(request);
  --under_way_;
  if (outside_ <= 0) return;
  --outside_;
  let_in(new_request());
}

void Sampler::begin(std::size_t request) {
  Request& r = requests_[request];
  Replica& p = replicas_[r.replica];
  occupy(p, 1, 0);
  r.begun = now_;
  if (counts_ && now_ > r.came) {
    const double wait = now_ - r.came;
    waited_ += 1;
    wait_sum_ += wait;
    wait_square_ += wait * wait;
    waits_.push_back(wait);
  }
  go_on(p);
  p.asked += r.cores;
  p.working.push({p.work + r.own, request});
  plan(r.replica);
}

// Up to now; the plan sees to it that no quota is used up before.
void Sampler::go_on(Replica& p) {
  const double passed = now_ - p.work_at;
  p.work_at = now_;
  if (p.throttled) return;
  p.work += passed;
  const double begun = std::max(0.0, now_ - p.period_at);
  if (begun >= kQuotaPeriod) {
    p.period_at += kQuotaPeriod * maths::floor(begun / kQuotaPeriod);
    p.used = p.asked * (now_ - p.period_at);
  } else {
    p.used += p.asked * passed;
  }
}

void Sampler::plan(std::size_t index) {
  Replica& p = replicas_[index];
  ++p.plan;
  if (p.working.empty()) return;
  const double of_period = std::max(0.0, p.period_at + kQuotaPeriod - now_);
  if (p.throttled) return events_.push({now_ + of_period, Kind::period_ends, index, p.plan});
  const double left = std::max(0.0, p.working.top().end - p.work);
  double lasts = p.asked > 0 ? std::max(0.0, shape_->per_period - p.used) / p.asked : kNever;
  if (lasts >= of_period)
    lasts = p.asked * kQuotaPeriod > shape_->per_period ? of_period + shape_->per_period / p.asked : kNever;
  events_.push({now_ + std::min(left, lasts), left <= lasts ? Kind::work_ends : Kind::quota_ends, index, p.plan});
}

void Sampler::act(const Event& event) {
  switch (event.kind) {
    case Kind::arrival: {
      come_ += 1;
      const bool free = shape_->arrivals.callers <= 0 || under_way_ < shape_->arrivals.callers;
      if (free) {
        let_in(new_request());
      } else {
        ++outside_;
      }
      const double all = rate_ * static_cast<double>(replicas_.size());
      events_.push({now_ + draws_.exponential(1 / all), Kind::arrival, 0, 0});
      return;
    }
    case Kind::arrives_here:
      return arrive(event.index);
    case Kind::rest_ends:
      return leave(event.index);
    default:
      break;
  }
  Replica& p = replicas_[event.index];
  if (event.plan != p.plan) return;
  go_on(p);
  if (event.kind == Kind::period_ends) {
    p.throttled = false;
    p.period_at += kQuotaPeriod;
    p.used = 0;
    return plan(event.index);
  }
  if (event.kind == Kind::work_ends) {
    const std::size_t request = p.working.top().request;
    p.working.pop();
    return end_work(p, request);
  }
  p.throttled = true;
  throttles_ += 1;
  throttled_s_ += std::max(0.0, p.period_at + kQuotaPeriod - now_);
  plan(event.index);
}

void Sampler::end_work(Replica& p, std::size_t request) {
  Request& r = requests_[request];
  p.asked = p.working.empty() ? 0 : p.asked - r.cores;
  plan(r.replica);
  if (counts_) {
    done_ += 1;
    work_sum_ += now_ - r.begun;
    times_[r.route].push_back(now_ - r.begun);
  }
  if (shape_->rest_s <= 0) return leave(request);
  events_.push({now_ + draw_rest(), Kind::rest_ends, request, 0});
}

void Sampler::leave(std::size_t request) {
  const Request r = requests_[request];
  Replica& p = replicas_[r.replica];
  occupy(p, -1, -1);
  --owes_[r.sender][r.replica];
  if (saturated_) {
    give_back(request);
    arrive(new_request());
    return;
  }
  if (!p.queue.empty()) {
    const std::size_t next = p.queue.front();
    p.queue.pop_front();
    begin(next);
  }
  give_back(request);
}

Times law_of(std::vector<double>& values) {
  std::ranges::sort(values);
  return Times::drawn(values);
}

QuotaSample Sampler::run() {
  if (saturated_) {
    for (std::int64_t i = 0; i < shape_->workers; ++i) arrive(new_request());
  } else {
    if (full_) {
      for (std::int64_t i = 0; i < shape_->places * std::ssize(replicas_); ++i) let_in(new_request());
    }
    events_.push({0, Kind::arrival, 0, 0});
  }
  double enough = kBeginning * kRequests;
  while (accepted_ < enough && come_ < (1 + kTurnedAway) * enough && !events_.empty()) {
    const Event event = events_.top();
    events_.pop();
    now_ = event.at;
    act(event);
    if (!counts_ && (accepted_ >= enough || come_ >= (1 + kTurnedAway) * enough)) {
      account();
      counts_ = true;
      enough = kRequests;
      begun_at_ = now_;
      sums_[0] = sums_[1] = sums_[2] = 0;
      come_ = offered_ = accepted_ = throttles_ = throttled_s_ = 0;
    }
  }
  account();
  const double seconds = std::max(1e-9, now_ - begun_at_);
  const double all = static_cast<double>(replicas_.size()) * seconds;
  QuotaSample out;
  out.done_rate = done_ / all;
  StationPoint& s = out.station;
  s.occupancy = sums_[1] / all;
  s.busy = sums_[0] / all;
  s.variance = std::max(0.0, sums_[2] / all - s.occupancy * s.occupancy);
  s.blocking = offered_ > 0 ? 1 - accepted_ / offered_ : 0;
  s.waits = accepted_ > 0 ? std::min(1.0, waited_ / accepted_) : 0;
  if (waited_ > 0) {
    s.wait_mean = wait_sum_ / waited_;
    s.wait_variance = std::max(0.0, wait_square_ / waited_ - s.wait_mean * s.wait_mean);
    out.wait = law_of(waits_);
  }
  out.at_work_s = done_ > 0 ? work_sum_ / done_ : 0;
  out.throttled_periods = std::min(1.0, throttles_ * kQuotaPeriod / all);
  out.throttled_time = std::min(1.0, throttled_s_ / all);
  for (auto& times : times_) out.at_work.push_back(law_of(times));
  return out;
}

}  // namespace

double quota_capacity(const QuotaShape& shape) {
  QuotaShape one = shape;
  one.arrivals = {};
  one.places = one.workers;
  Sampler sampler(one, 1);
  sampler.saturate();
  return sampler.run().done_rate;
}

QuotaSample sample_quota(const QuotaShape& shape, double rate, double capacity) {
  Sampler sampler(shape, rate);
  if (rate > capacity && shape.arrivals.callers <= 0) sampler.fill();
  return sampler.run();
}

}  // namespace firedrill::fake_services
