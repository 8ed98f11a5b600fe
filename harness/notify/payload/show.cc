#include "notify/payload/show.h"

#include <algorithm>

#include "base/text/escape.h"
#include "base/text/format.h"

namespace firedrill::notify {
namespace {

std::string field_text(const Payload::Field& field) {
  const std::string name = printable(field.path);
  if (!field.text.contains('\n')) return format("  {}: {}\n", name, printable(field.text));
  std::string out = format("  {}: |\n", name);
  for (std::string_view rest = field.text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    const std::string line = printable(rest.substr(0, end));
    out += line.empty() ? "\n" : format("    {}\n", line);
    rest.remove_prefix(std::min(rest.size(), end == std::string_view::npos ? rest.size() : end + 1));
  }
  return out;
}

bool is_json(const Payload::Request& request) {
  return std::ranges::any_of(request.headers, [](const Payload::Header& header) {
    return header.name == "Content-Type" && header.value == "application/json";
  });
}

json::value body_json(const Payload::Request& request) {
  if (is_json(request)) {
    // Bodies are bounded in depth as they are made; what is deeper than can be read is shown as a text.
    if (auto value = read_json(make_source("body", request.body))) return std::move(*value);
  }
  return json::string(request.body);
}

}  // namespace

std::string payload_text(const Payload& payload) {
  std::string out = payload.kind + "\n";
  for (const Payload::Field& field : payload.fields) out += field_text(field);
  for (const Payload::Request& request : payload.requests) {
    out += format("  → {} {}, {} bytes\n", request.method, printable(request.url), request.body.size());
  }
  return out;
}

json::object payload_json(const Payload& payload) {
  json::object fields;
  for (const Payload::Field& field : payload.fields) fields[field.path] = field.text;
  json::array requests;
  for (const Payload::Request& request : payload.requests) {
    json::array headers;
    for (const Payload::Header& header : request.headers) {
      headers.push_back(json::object{{"name", header.name}, {"value", header.value}});
    }
    requests.push_back(json::object{{"method", request.method},
                                    {"url", request.url},
                                    {"headers", std::move(headers)},
                                    {"body", body_json(request)}});
  }
  return {{"kind", payload.kind}, {"fields", std::move(fields)}, {"requests", std::move(requests)}};
}

}  // namespace firedrill::notify
