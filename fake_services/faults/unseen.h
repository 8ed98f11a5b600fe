// Why a witness saw nothing: what was measured, what there is without any fault, and from where on it would count.
#pragma once

#include <string>
#include <string_view>

#include "fake_services/faults/observation.h"

namespace firedrill::fake_services {

// Of kinds that make requests take longer.
std::string latency_unrisen(const Observation& before, const Observation& during, std::string_view target);
// Of kinds that make some be answered with a code.
std::string code_unrisen(const Observation& before, const Observation& during, int code, std::string_view target);
// "within 30 s of its start": how long it was looked at.
std::string since_its_start(const Observation& during);
// Of kinds that the kubelet's probes notice: "0 of 1 readiness probes of web failed (before: 0 of 30) within 3 s of
// its start".
std::string probes_unchanged(double failed, double made, double failed_before, double made_before,
                             std::string_view probes, std::string_view target, const Observation& during);
// "1 container of shop ended and 0 were restarted".
std::string ends_and_restarts(const Observation& during, std::string_view target);
// "once", "3 times".
std::string times_in_words(double count);
// Of kinds that end processes.
std::string ends_unchanged(const Observation& before, const Observation& during, std::string_view target);
// Of kinds that show in what is scraped: "web was not scraped within 1 s of its start"; empty if it was.
std::string not_scraped_yet(const Observation& during, std::string_view target);
// Of kinds that spoil a metric by its name, where there was none of it.
std::string names_nothing(const Observation& during, std::string_view metric, std::string_view target);
// Of kinds that make more come from outside, and of those that make fewer come.
std::string arrivals_unrisen(const Observation& before, const Observation& during, std::string_view target);
std::string arrivals_unfallen(const Observation& before, const Observation& during, std::string_view target);
// Of kinds that fail some of the attempts to reach the target: `count` of them, `count_before` of those before.
std::string attempts_unchanged(double count, const Observation& during, double count_before, const Observation& before,
                               std::string_view what);

// "from 9 on it is more than chance makes of them": of what is counted among `total`.
std::string count_bound(double total, double count_before, double total_before, double first = 0);

// "170.7 bytes", "3 KiB", "1.2 MiB", "200 MiB".
std::string memory_size(double bytes);

}  // namespace firedrill::fake_services
