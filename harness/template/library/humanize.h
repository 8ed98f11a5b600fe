// Numbers for people, as Prometheus's humanize functions print them, and words in title case.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::templates {

std::string humanize(double value);             // 1234567 → 1.235M
std::string humanize_1024(double value);        // 2048 → 2ki
std::string humanize_duration(double seconds);  // 3661 → 1h 1m 1s
std::string humanize_percentage(double ratio);  // 0.1234567 → 12.35%

// The first letter of each word in upper case, the others as they are.
std::string title_case(std::string_view text);
// The same as Prometheus 2.x has it (Go's strings.Title): any character between words begins a new one.
std::string titled_words(std::string_view text);

}  // namespace firedrill::templates
