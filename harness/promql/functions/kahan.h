// Kahan summation in Neumaier's form, in the exact order of operations of Prometheus (promql/functions.go).
#pragma once

#include "base/maths.h"

#include "promql/functions/floats.h"

namespace firedrill::promql {

struct KahanSum {
  double sum = 0;
  double c = 0;  // the compensation: what rounding has lost so far

  void add(double x) {
    const double t = sum + x;
    if (is_inf(t)) {
      c = 0;
    } else if (magnitude(sum) >= magnitude(x)) {
      c += (sum - t) + x;
    } else {
      c += (x - t) + sum;
    }
    sum = t;
  }
  // As 2.42 does it: an infinite sum leaves NaN in the compensation.
  void add_v2(double x) {
    const double t = sum + x;
    c += maths::abs(sum) >= maths::abs(x) ? (sum - t) + x : (x - t) + sum;
    sum = t;
  }
  // The total; an infinite sum needs no compensation.
  double total() const { return is_inf(sum) ? sum : sum + c; }
};

// The mean of numbers that come one by one: their compensated sum divided by their count, and once that would overflow,
// an incremental mean.
class KahanMean {
 public:
  void add(double x) {
    ++count_;
    if (count_ == 1) {
      sum_.sum = x;
      return;
    }
    if (!incremental_) {
      KahanSum next = sum_;
      next.add(x);
      if (!is_inf(next.sum)) {
        sum_ = next;
        return;
      }
      incremental_ = true;
      sum_.sum /= count_ - 1;
      sum_.c /= count_ - 1;
    }
    const double q = (count_ - 1) / count_;
    sum_.sum *= q;
    sum_.c *= q;
    sum_.add(x / count_);
  }
  double mean() const { return incremental_ ? sum_.sum + sum_.c : sum_.sum / count_ + sum_.c / count_; }

 private:
  KahanSum sum_;  // of the values, or the mean itself when incremental
  double count_ = 0;
  bool incremental_ = false;
};

}  // namespace firedrill::promql
