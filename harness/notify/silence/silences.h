// Silences (silence/silence.go): while one is active, alerts that it matches are held back.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/labels.h"
#include "notify/matcher/matcher.h"

namespace firedrill::notify {

struct Silence {
  std::string id{};  // left empty: the next number is given
  Matchers matchers;
  Time starts_at{};
  Time ends_at{};
  std::string comment{};
  std::string created_by{};
  Time updated_at{};  // when it was set, or expired before its time

  // From its start up to its end. (Alertmanager counts the end's own nanosecond in, which no flush ever meets.)
  bool is_active_at(Time at) const { return starts_at <= at && at < ends_at; }
};

// Whether Alertmanager refuses a silence of these matchers (silence.go: validateSilence): each of them asks for what an
// alert without the label has. A negative one never does, whatever its value.
bool asks_for_nothing(std::span<const Matcher> matchers);

class Silences {
 public:
  // Gives back its id.
  std::string add(Silence silence);
  // It is over at `at`, if it was not before; of one that has not begun nothing is left. False: there is none of that
  // id.
  bool expire(std::string_view id, Time at);

  // Those that silence an alert of these labels, in the order in which they were added.
  std::vector<std::string> active_for(const model::Labels& labels, Time at) const;
  const std::vector<Silence>& all() const { return silences_; }

 private:
  std::vector<Silence> silences_;
  std::size_t next_number_ = 1;
};

}  // namespace firedrill::notify
