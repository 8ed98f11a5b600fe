// Requests and responses as values.
#pragma once

#include <functional>
#include <optional>
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

// The next piece of a body whose end nobody knows yet, not empty; nothing: that was all. Called by the thread that
// answers, again and again, which may wait in it: as long as it does, one thread of the server is taken. It is not
// called any more once the client has gone, which shows at the next piece that is sent: whoever waits long sends
// something now and then.
using Pieces = std::function<std::optional<std::string>()>;

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  Headers headers = {};
  Pieces pieces = {};  // what is sent in place of `body`, in chunks; empty: `body` is all
};

}  // namespace firedrill::http
