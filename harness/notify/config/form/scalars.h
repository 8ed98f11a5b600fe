// Scalars as Alertmanager's types read them. Each gives what is wrong with a text; empty: nothing.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace firedrill::notify {

// Go's time.ParseDuration, in seconds.
std::expected<double, std::string> parse_go_duration(std::string_view text);
std::string fault_of_go_duration(std::string_view text);

// Go's url.Parse; `web` wants http or https and a host, as config.URL does.
std::string fault_of_url(std::string_view text, bool web);

// net.SplitHostPort, with a port that is not empty.
std::string fault_of_host_port(std::string_view text);

}  // namespace firedrill::notify
