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

// What --web.external-url refuses (cmd/alertmanager/main.go, extURL): it asks for the scheme, and not for a host.
std::string fault_of_external_url(std::string_view text);
inline constexpr const char* kExternalUrlExpected = "expected an address such as https://alerts.example.org/am";
// What templates then know it as: without slashes at the path's end, the scheme in small letters, and escaped what
// cannot stand in a path.
std::string as_external_url(std::string_view text);

// net.SplitHostPort, with a port that is not empty.
std::string fault_of_host_port(std::string_view text);

}  // namespace firedrill::notify
