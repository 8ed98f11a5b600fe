// Hosts, ports and URLs, as Go's net package takes them apart.
#pragma once

#include <string>
#include <string_view>

namespace firedrill::alerting {

// "web-0.shop:8080" → "web-0.shop"; what is not host:port stays.
std::string strip_port(std::string_view host_port);
// "web-0.shop:8080" → "web-0:8080"; IP addresses stay.
std::string strip_domain(std::string_view host_port);
// The path of a URL, decoded.
std::string url_path(std::string_view url);

}  // namespace firedrill::alerting
