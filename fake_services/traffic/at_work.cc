#include "fake_services/traffic/at_work.h"

#include <algorithm>

#include "base/maths.h"

namespace firedrill::fake_services {
namespace {

constexpr double kAlike = 1e-9;      // rates, relative
constexpr double kShortest = 1e-6;   // seconds that are none
constexpr double kNothing = 1e-9;    // requests
constexpr double kNobody = 1e-15;    // of them: of less no times can be computed
constexpr double kFewEarlier = 0.1;  // of an ending's requests, that may end before its least time
constexpr double kTurns = 0.05;      // of a rate, relative: another one
constexpr double kLong = 2;          // seconds, against the shortest step
constexpr double kForEver = 86400;   // seconds that a worker is taken where none comes free

bool alike(double before, double rate) {
  return maths::abs(before - rate) <= kAlike * rate;
}

// Of what ends at random, what is held at the end of the step.
double held_after(const Ending& e, double comes, double dt_s) {
  if (e.rest_s < kShortest) return 0;
  const double still = comes * e.rest_s;
  const double left = dt_s > 40 * e.rest_s ? 0 : maths::exp(-dt_s / e.rest_s);
  return still + (e.held - still) * left;
}

// The least time of all but a few.
double least_of(const Times& law) {
  double least = 0;
  for (const Times::Part& candidate : law.parts()) {
    double earlier = 0;
    for (const Times::Part& p : law.parts()) {
      if (p.least() < candidate.least()) earlier += p.share();
    }
    if (earlier <= kFewEarlier * law.share()) least = std::max(least, candidate.least());
  }
  return least;
}

bool nothing_in(const Ending& e) {
  return e.share <= 0 && e.held <= 0 && e.line.idle();
}

bool is_long(const Ending& e) {
  return e.least_s >= kLong && !nothing_in(e);
}

}  // namespace

double DelayLine::out(double rate, double dt_s, double delay_s) const {
  if (!started_ || dt_s <= 0) return rate;
  if (slices_.empty() && inside_ == 0 && delay_s < kShortest) return rate;
  const double all = rate * dt_s + inside_;
  const double stays = rate * std::min(dt_s, delay_s) + content(rate, std::max(0.0, delay_s - dt_s));
  return std::max(0.0, all - stays) / dt_s;
}

void DelayLine::keep(double rate, double out, double dt_s, double delay_s) {
  if (!started_) {
    started_ = true;
    if (rate > 0 && delay_s >= kShortest) slices_.push_back({delay_s, rate});
    inside_ = rate * delay_s;
  }
  if (delay_s < kShortest) {
    slices_.clear();
    inside_ = 0;
    return;
  }
  inside_ += (rate - out) * dt_s;
  const bool same = !slices_.empty() && alike(slices_.back().rate, rate);
  if (same) {
    slices_.back().seconds += dt_s;
  } else if (rate > 0 || !slices_.empty()) {
    slices_.push_back({dt_s, rate});
  }
  double span = 0;
  for (const Slice& s : slices_) span += s.seconds;
  std::size_t gone = 0;
  for (; gone < slices_.size() && span - slices_[gone].seconds >= delay_s; ++gone) span -= slices_[gone].seconds;
  slices_.erase(slices_.begin(), slices_.begin() + static_cast<std::ptrdiff_t>(gone));
  if (span > delay_s && !slices_.empty()) slices_.front().seconds -= span - delay_s;
  if (slices_.size() == 1 && slices_.front().rate <= 0) slices_.clear();
  if (slices_.empty() && inside_ < kNothing && inside_ > -kNothing) inside_ = 0;
}

double DelayLine::content(double rate, double delay_s) const {
  if (!started_) return rate * delay_s;
  double sum = 0;
  double ago = 0;
  for (auto s = slices_.rbegin(); s != slices_.rend() && ago < delay_s; ++s) {
    sum += s->rate * std::min(s->seconds, delay_s - ago);
    ago += s->seconds;
  }
  return sum;
}

double DelayLine::next_turn(double delay_s) const {
  double span = 0;
  for (const Slice& s : slices_) span += s.seconds;
  double before = span < delay_s - kShortest ? 0 : slices_.empty() ? 0 : slices_.front().rate;
  for (const Slice& s : slices_) {
    if (maths::abs(s.rate - before) > kTurns * std::max(s.rate, before)) return std::max(0.0, delay_s - span);
    span -= s.seconds;
    before = s.rate;
  }
  return kForEver;
}

void DelayLine::scale(double factor) {
  for (Slice& s : slices_) s.rate *= factor;
  inside_ *= factor;
}

void set_ending(Ending& ending, double share, const Law& law) {
  ending.share = law == nullptr || share < kNobody ? 0 : share;
  if (ending.share <= 0 || ending.of == law) return;
  ending.of = law;
  ending.least_s = std::min(least_of(*law), law->mean());
  ending.rest_s = std::max(0.0, law->mean() - ending.least_s);
}

double leaving_after(const AtWork& work, double begins, double dt_s) {
  double ends = 0;
  double there = work.silent + work.silent_share * begins * dt_s / 2;
  for (const Ending& e : work.endings) {
    if (nothing_in(e)) continue;
    const double in = begins * e.share;
    const double comes = e.line.out(in, dt_s, e.least_s);
    const double out = comes - (held_after(e, comes, dt_s) - e.held) / dt_s;
    ends += out;
    there += e.rest_s * out + e.line.content(in, e.least_s) + (in - comes) * dt_s / 2;
  }
  if (there <= 0) return work.usual_s;
  return std::min(kForEver, there / std::max(1e-9, ends));
}

void go_on(AtWork& work, double begins, double dt_s) {
  work.begun = begins;
  work.next_silent = work.silent + work.silent_share * begins * dt_s;
  for (Ending& e : work.endings) {
    e.rate = 0;
    if (nothing_in(e)) continue;
    e.comes = e.line.out(begins * e.share, dt_s, e.least_s);
    e.next_held = held_after(e, e.comes, dt_s);
    e.rate = std::max(0.0, e.comes - (e.next_held - e.held) / dt_s);
  }
}

bool holds_long(const AtWork& work) {
  return std::ranges::any_of(work.endings, [](const Ending& e) { return is_long(e); });
}

double next_turn(const AtWork& work) {
  double next = kForEver;
  for (const Ending& e : work.endings) {
    if (is_long(e)) next = std::min(next, e.line.next_turn(e.least_s));
  }
  return next;
}

void keep(AtWork& work, double dt_s, double part, double busy) {
  work.silent = work.silent_share > 0 ? std::min(busy, work.silent + (work.next_silent - work.silent) * part) : 0;
  double there = 0;
  for (Ending& e : work.endings) {
    if (nothing_in(e)) continue;
    e.held += (e.next_held - e.held) * part;
    if (e.held < kShortest * 1e-6) e.held = 0;
    e.line.keep(work.begun * e.share, e.comes, dt_s, e.least_s);
    there += e.held + e.line.content(0, e.least_s);
  }
  // The queue is followed as a mean of its own.
  const double factor = there > 0 ? std::clamp((busy - work.silent) / there, 0.5, 2.0) : 1;
  if (factor > 0.999 && factor < 1.001) return;
  for (Ending& e : work.endings) {
    e.held *= factor;
    e.line.scale(factor);
  }
}

}  // namespace firedrill::fake_services
