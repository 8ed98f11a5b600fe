#include "fake_services/traffic/stations/quota_sample.h"

#include <algorithm>
#include <deque>
#include <queue>

#include "base/maths.h"
#include "fake_services/traffic/quota.h"
#include "fake_services/traffic/stations/quota_source.h"

namespace firedrill::fake_services {
namespace {

constexpr double kRequests = 16000;  // that are followed, beside those of the beginning
constexpr double kTurnedAway = 2;    // as many as that of them at most, and so many that come later
constexpr double kBeginning = 0.2;   // of them: as many again come first, and are forgotten
constexpr double kNever = 1e300;
constexpr double kFollowed = 60;         // requests that a period has room for, up to which each is followed
constexpr std::int64_t kFewWorkers = 8;  // that must be left
constexpr std::int64_t kManyWorkers = 64;
constexpr std::int64_t kCountlessWorkers = 1600;  // who are all at work hardly ever

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

// Where a period has room for very many requests, each that is followed stands for several: they come together, every
// so many of a stream at random, and take the same time; but what they use of the processor, beyond the mean, is what
// as many that know nothing of each other would. What is asked for in a period then varies as it does with all of them,
// and with it how often and for how long all stands still.
struct Fewer {
  std::int64_t each = 1;
  QuotaShape shape;
};
Fewer fewer(const QuotaShape& all) {
  Fewer out{1, all};
  const auto most = std::max<std::int64_t>(1, all.workers / kFewWorkers);
  out.each = std::clamp(static_cast<std::int64_t>(all.per_period / kFollowed), std::int64_t{1}, most);
  if (out.each == 1) return out;
  const auto share = [&](std::int64_t n) { return (n + out.each / 2) / out.each; };
  out.shape.workers = share(all.workers);
  out.shape.places = out.shape.workers + share(all.places - all.workers);
  out.shape.per_period = all.per_period / static_cast<double>(out.each);
  if (all.arrivals.callers > 0) {
    out.shape.arrivals.callers = std::max<std::int64_t>(1, share(all.arrivals.callers));
    if (all.places >= all.arrivals.callers) out.shape.places = std::max(out.shape.places, out.shape.arrivals.callers);
  }
  return out;
}

// Replicas that are followed.
std::int64_t alike(const QuotaShape& shape) {
  const Arrivals& a = shape.arrivals;
  const std::int64_t some = a.policy == LoadBalancing::random ? 1 : a.replicas;
  return std::max<std::int64_t>(1, std::max(some, a.callers > 0 ? a.among : 1));
}

class Sampler {
 public:
  // `each`: for how many each request stands. The rate is of what is followed.
  Sampler(const QuotaShape& shape, double rate, std::int64_t each);
  // All workers always busy.
  void saturate() { saturated_ = true; }
  // Begins with all places taken, as they will be.
  void fill(double done_rate) { full_at_ = done_rate; }
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
  double draw_rest();
  void draw_typically();
  void fill_places();
  double until_steady() const;
  double counted() const;
  std::size_t choose(std::size_t sender);

  const QuotaShape* shape_;
  double rate_;
  std::int64_t each_;
  bool saturated_ = false;
  double full_at_ = 0;  // requests that are done then, a second and replica
  Draws draws_{20240229};
  // What comes and what it asks for, where these are drawn apart.
  bool typical_ = false;
  Draws gaps_{0};
  Draws works_{0};
  RequestSource source_;
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

Sampler::Sampler(const QuotaShape& shape, double rate, std::int64_t each)
    : shape_(&shape),
      rate_(rate),
      each_(each),
      source_(shape, rate * static_cast<double>(alike(shape)), each),
      times_(shape.works.size()) {
  const Arrivals& a = shape.arrivals;
  replicas_.resize(static_cast<std::size_t>(alike(shape)));
  const auto senders = static_cast<std::size_t>(std::max<std::int64_t>(1, a.senders));
  turns_.resize(senders);
  for (std::size_t i = 0; i < senders; ++i) turns_[i] = draws_.below(replicas_.size());
  owes_.assign(senders, std::vector<std::int64_t>(replicas_.size(), 0));
  for (Replica& p : replicas_) p.period_at = -kQuotaPeriod * draws_.uniform();
}

double Sampler::draw_rest() {
  const double mean = shape_->rest_s;
  if (shape_->rest_varies == 1) return draws_.exponential(mean);
  const double s2 = maths::log1p(shape_->rest_varies);
  return maths::exp(maths::log(mean) - s2 / 2 + maths::sqrt(s2) * draws_.normal());
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
      break;
  }
  if (!shape_->one_line) return draws_.below(replicas_.size());
  const auto free = [&](const Replica& p) { return p.busy < shape_->workers; };
  const auto able = static_cast<std::size_t>(std::ranges::count_if(replicas_, free));
  if (able == 0) return 0;
  std::size_t left = draws_.below(able);
  std::size_t i = 0;
  while (!free(replicas_[i]) || left-- > 0) ++i;
  return i;
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
  const RequestSource::Asked asked = source_.asked(typical_ ? works_ : draws_);
  r.route = asked.route;
  r.own = asked.own;
  r.cores = asked.cores;
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
      events_.push({now_ + source_.gap(typical_ ? gaps_ : draws_), Kind::arrival, 0, 0});
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

// Those that wait have come as those before them were done.
void Sampler::fill_places() {
  for (std::int64_t i = 0; i < shape_->places * std::ssize(replicas_); ++i) let_in(new_request());
  for (const Replica& p : replicas_) {
    double before = static_cast<double>(p.queue.size());
    for (const std::size_t waits : p.queue) requests_[waits].came = -before-- / full_at_;
  }
}

// Requests that must have come before all is as it stays: so many more where many are at work at the same time.
double Sampler::until_steady() const {
  const double usual = kBeginning * kRequests;
  if (shape_->workers <= kManyWorkers) return usual;
  double takes_s = shape_->rest_s;
  for (const QuotaWork& w : shape_->works) takes_s += w.share * w.own.mean();
  const double at_work = saturated_ ? static_cast<double>(shape_->workers)
                                    : std::min(static_cast<double>(shape_->workers), rate_ * takes_s);
  return usual + 4 * at_work * static_cast<double>(replicas_.size());
}

double Sampler::counted() const {
  const double more = shape_->workers > kManyWorkers || each_ > 1 ? 2 : 1;
  return more * kRequests * std::clamp(shape_->per_period / kFollowed, 1.0, 4.0);
}

// With many workers nothing but chance keeps queues short, and some thousand requests of a busy processor are few.
void Sampler::draw_typically() {
  constexpr double kIdle = 0.5;
  const double replicas = static_cast<double>(replicas_.size());
  const double speed = shape_->per_period / kQuotaPeriod * replicas;
  const bool many = shape_->workers > kManyWorkers || each_ > 1;
  const double use = rate_ * replicas / speed;
  const bool outside = shape_->arrivals.callers > 0 && !shape_->one_line;
  if (!many || saturated_ || full_at_ > 0 || outside || use < kIdle || use > 0.99) return;
  typical_ = true;
  const std::uint64_t seed = source_.typical_seed(speed, until_steady(), counted());
  gaps_ = Draws(seed);
  works_ = Draws(~seed);
}

QuotaSample Sampler::run() {
  draw_typically();
  if (saturated_) {
    for (std::int64_t i = 0; i < shape_->workers; ++i) arrive(new_request());
  } else {
    if (full_at_ > 0) fill_places();
    events_.push({0, Kind::arrival, 0, 0});
  }
  double enough = until_steady();
  while (accepted_ < enough && come_ < (1 + kTurnedAway) * enough && !events_.empty()) {
    const Event event = events_.top();
    events_.pop();
    now_ = event.at;
    act(event);
    if (!counts_ && (accepted_ >= enough || come_ >= (1 + kTurnedAway) * enough)) {
      account();
      counts_ = true;
      enough = counted();
      begun_at_ = now_;
      sums_[0] = sums_[1] = sums_[2] = 0;
      come_ = offered_ = accepted_ = throttles_ = throttled_s_ = 0;
    }
  }
  account();
  const double seconds = std::max(1e-9, now_ - begun_at_);
  const double all = static_cast<double>(replicas_.size()) * seconds;
  const double each = static_cast<double>(each_);
  QuotaSample out;
  out.done_rate = each * done_ / all;
  StationPoint& s = out.station;
  s.occupancy = each * sums_[1] / all;
  s.busy = each * sums_[0] / all;
  s.variance = std::max(0.0, each * each * sums_[2] / all - s.occupancy * s.occupancy);
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
  if (shape.workers > kManyWorkers) {
    // Where all of them could ask for far more than the quota, it is that; and so many are hardly ever idle together.
    double takes_s = shape.rest_s;
    for (const QuotaWork& w : shape.works) takes_s += w.share * w.own.mean();
    const double quota = shape.per_period / kQuotaPeriod;
    const double workers = static_cast<double>(shape.workers) / std::max(1e-9, takes_s);
    if (workers > 3 * quota || shape.workers > kCountlessWorkers) return std::min(workers, quota);
  }
  QuotaShape one = shape;
  one.arrivals = {};
  one.places = one.workers;
  const Fewer few = fewer(one);
  Sampler sampler(few.shape, 1, few.each);
  sampler.saturate();
  return sampler.run().done_rate;
}

QuotaSample sample_quota(const QuotaShape& shape, double rate, double capacity) {
  const Fewer few = fewer(shape);
  const double each = static_cast<double>(few.each);
  Sampler sampler(few.shape, rate / each, few.each);
  if (rate > capacity && (shape.arrivals.callers <= 0 || shape.one_line)) sampler.fill(capacity / each);
  return sampler.run();
}

}  // namespace firedrill::fake_services
