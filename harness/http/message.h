// Requests and responses as values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firedrill::http {

struct Header {
  std::string name;
  std::string value;
};
using Headers = std::vector<Header>;

// The value of the first header of that name, whatever its case; null: there is none.
const std::string* find_header(const Headers& headers, std::string_view name);

struct Request {
  std::string method = "GET";
  std::string path = "/";  // of one that came in: decoded, without the query
  std::string query = {};  // of one that came in: what stands behind the question mark, as it came
  Headers headers = {};
  std::string body = {};
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  Headers headers = {};
};

}  // namespace firedrill::http
