// An SLO's error budget over the record's truth, minute by minute: burn rates over any window that ends with any
// minute, and what is left of the budget.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "incident/slo/slo.h"
#include "incident/truth.h"

namespace firedrill::incident {

// What is taken of the part of a window that lies before the judged time, of which the record knows nothing.
enum class Before {
  // The same traffic without a failure, as in a production that was well until the drill began: a short outage burns as
  // much of a long window as it would there. The default, and what the record, its reports and expectations go by.
  faultless,
  // Like the part that is known: what Prometheus answers when its data do not reach back over the whole range.
  alike,
};

class ErrorBudget {
 public:
  // Keeps what it needs of the record, not the record itself.
  ErrorBudget(const record::Record& record, const record::Slo& slo);

  // Those of the judged time; the functions below take minutes below it.
  std::size_t minutes() const { return sums_.empty() ? 0 : sums_.size() - 1; }
  // Whether any request counts for the SLO: without one nothing can be said about it.
  bool has_requests() const { return minutes() > 0 && sums_.back().total > 0; }
  Time end_of(std::size_t minute) const { return ends_[minute]; }

  // Good and all requests of the window that ends with this minute, as far as the judged time reaches back. A window
  // counts in whole minutes, rounded up.
  record::SliCount count(std::size_t minute, Duration window) const;
  // How much of the window that is.
  Duration covered(std::size_t minute, Duration window) const;

  // How many times faster than allowed the budget was being spent over the window that ends with this minute.
  double burn_rate(std::size_t minute, Duration window, Before before = Before::faultless) const;
  // The share of the budget that is left at the end of this minute, over the SLO's own window. May be negative. How
  // many failures a whole window allows is the same all the time until the window lies within the run: what the run's
  // requests (of one longer than the window those of the first whole one) come to in a window at the same pace. So what
  // is burned stays burned until it is older than the window. At the run's end, and wherever the window lies within the
  // run, it is 1 − the burn rate over the window; with `alike` always.
  double left(std::size_t minute, Before before = Before::faultless) const;
  // The share of the budget that these minutes spent, both counted, by the same measure: over all minutes of a run that
  // is not longer than the window it comes to 1 − what is left at its end.
  double spent(std::size_t first, std::size_t last) const;

  // The same for each minute, for charts.
  std::vector<double> left_by_minute(Before before = Before::faultless) const;

  struct Worst {
    double rate = 0;
    std::optional<Time> at;  // the end of the first window that burned so fast; absent: nothing burned
  };
  Worst worst(Duration window) const;

 private:
  // So many bad requests as a share of what the SLO's window allows, seen from this minute.
  double share_of_budget(double bad, std::size_t minute) const;

  record::Slo slo_;
  Time from_;
  std::vector<Time> ends_;  // of each minute
  // Over all minutes before this one; one more than there are minutes. Bad requests are few, so that their sum keeps
  // the digits that a difference of all and good ones would lose.
  struct Sum {
    double bad = 0;
    double total = 0;
  };
  std::vector<Sum> sums_;
};

}  // namespace firedrill::incident
