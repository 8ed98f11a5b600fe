#include "console/request/form.h"

#include <algorithm>
#include <iterator>

#include "console/request/multipart.h"

namespace firedrill::console {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool has_body(const http::Request& request) {
  return request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

}  // namespace

std::optional<std::string> decode_url(std::string_view text, bool plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string media_type(const http::Request& request) {
  const std::string* header = http::find_header(request.headers, "Content-Type");
  if (header == nullptr) return {};
  std::string type = header->substr(0, header->find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return type;
}

Form Form::of(const http::Request& request) {
  Form form = parsed(request);
  const std::string* type = http::find_header(request.headers, "Content-Type");
  const auto boundary = has_body(request) && type != nullptr ? boundary_of(*type) : std::nullopt;
  auto values = boundary ? read_multipart(request.body, *boundary, kMostParameters) : std::nullopt;
  if (values) std::ranges::move(*values, std::back_inserter(form.pairs_));
  return form;
}

Form Form::parsed(const http::Request& request) {
  Form form;
  if (has_body(request) && media_type(request) == "application/x-www-form-urlencoded") form.read(request.body);
  form.read(request.query);
  return form;
}

void Form::read(std::string_view text) {
  while (!text.empty() && pairs_.size() < kMostParameters) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty() || pair.contains(';')) continue;
    const auto equals = pair.find('=');
    const auto name = decode_url(pair.substr(0, equals), true);
    const auto value = decode_url(equals == pair.npos ? std::string_view() : pair.substr(equals + 1), true);
    if (name && value) pairs_.emplace_back(*name, *value);
  }
}

std::string Form::value(std::string_view name) const {
  const auto it = std::ranges::find(pairs_, name, &std::pair<std::string, std::string>::first);
  return it == pairs_.end() ? std::string() : it->second;
}

bool Form::has(std::string_view name) const {
  return std::ranges::find(pairs_, name, &std::pair<std::string, std::string>::first) != pairs_.end();
}

std::vector<std::string> Form::values(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [each, value] : pairs_) {
    if (each == name) out.push_back(value);
  }
  return out;
}

}  // namespace firedrill::console
