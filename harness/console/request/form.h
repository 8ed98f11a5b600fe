// The parameters of a request, as Go's net/http reads them: those of an application/x-www-form-urlencoded body, behind
// them those of the query, and behind these the values of a multipart/form-data body (Request.FormValue, which calls
// ParseMultipartForm). A pair that cannot be decoded, or holds a semicolon, is left out, as there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace firedrill::console {

class Form {
 public:
  static constexpr std::size_t kMostParameters = 1000;  // further ones are left out

  static Form of(const http::Request& request);
  // The same without multipart bodies (Request.ParseForm): of the handlers that begin with it.
  static Form parsed(const http::Request& request);

  // The first value of that name; empty: there is none.
  std::string value(std::string_view name) const;
  bool has(std::string_view name) const;
  std::vector<std::string> values(std::string_view name) const;

 private:
  void read(std::string_view text);

  std::vector<std::pair<std::string, std::string>> pairs_;
};

// Percent escapes, and plus signs as blanks where `plus` says so; nothing: an escape is none.
std::optional<std::string> decode_url(std::string_view text, bool plus);

// The media type of the body in lower case, without its parameters; empty: none is said.
std::string media_type(const http::Request& request);

}  // namespace firedrill::console
