// Whether this machine carries the traffic of a topology: a short trial, before anything is measured by it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fake_services/clients/open_loop.h"

namespace firedrill::driver::live {

struct EntryRate {
  std::size_t service = 0;
  std::string name;
  double usual = 0;  // requests per second
  double most = 0;   // that may come at once, faults that bring more included
};

struct Carried {
  bool all = true;
  double share = 1;  // of the usual rate, or of the most, that works; 0: of one request per second nothing does
  double rate = 0;   // requests per second of all entry points, at that share
  double asked = 0;  // and in full
  std::string why;   // what stood against it
};

// What somebody is to do about a machine that does not carry all: "in `overrides`, lower …" where `where` is that.
std::string remedy_for(const Carried& carried, std::string_view where);

// Sends at a low rate, then at the usual one, then at the most, a moment each, and at lower ones until one works.
// `wait` lets time go on for the rest of the world; false: it is broken off, and nothing is the result. Afterwards
// nothing is sent: the loop is paused.
std::optional<Carried> calibrate(fake_services::OpenLoop& clients, const std::vector<EntryRate>& rates,
                                 const std::function<bool(Duration)>& wait);

}  // namespace firedrill::driver::live
