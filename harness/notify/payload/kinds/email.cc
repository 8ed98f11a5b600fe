// Mail: headers, a text, HTML.
#include <array>

#include "base/hash.h"
#include "base/text/format.h"
#include "notify/payload/draft.h"
#include "notify/payload/text.h"
#include "template/values/go_time.h"

namespace firedrill::notify::payloads {
namespace {

std::string date(Time at, std::string_view layout) {
  return templates::go_format_time({.milliseconds = at.time_since_epoch().count()}, layout);
}

void refuse_empty(Draft& draft, std::string_view key, const std::string& text) {
  if (!trim(text).empty()) return;
  draft.fail(draft.settings().where_of(key), format("'{}' renders to no address", key),
             "Alertmanager sends no mail without one");
}

void add_thread(Draft& draft, Payload::Request& mail) {
  const Value* threading = draft.settings().find("threading");
  if (threading == nullptr || !threading->is_true("enabled")) return;
  const bool daily = threading->text_of("thread_by_date") != "none";
  const std::string root = format("<alert-{}-{}@alertmanager>", draft.hash().substr(0, 16),
                                  daily ? date(draft.notification().time, "2006-01-02") : "");
  mail.headers.push_back({"References", root});
  mail.headers.push_back({"In-Reply-To", root});
}

void add_part(Payload::Request& mail, std::string_view boundary, std::string_view type, const std::string& text) {
  mail.body += format("--{}\r\nContent-Type: {}; charset=UTF-8\r\n\r\n{}\r\n", boundary, type, text);
}

}  // namespace

void email(Draft& draft) {
  const Value& settings = draft.settings();
  refuse_empty(draft, "from", draft.text("from"));
  refuse_empty(draft, "to", draft.text("to"));
  Payload::Request mail{.method = "MAIL", .url = format("smtp://{}", settings.text_of("smarthost"))};
  if (const Value* headers = settings.find("headers")) {
    for (const auto& [name, value] : headers->entries) {
      mail.headers.push_back({name, draft.text(*headers, name, {}, "headers")});
    }
  }
  add_thread(draft, mail);
  mail.headers.push_back({"Date", date(draft.notification().time, "Mon, 02 Jan 2006 15:04:05 -0700")});
  const std::string boundary = sha256_hex(draft.hash() + mail.headers.back().value).substr(0, 60);
  mail.headers.push_back({"Content-Type", format("multipart/alternative;  boundary={}", boundary)});
  mail.headers.push_back({"MIME-Version", "1.0"});
  if (settings.filled("text")) add_part(mail, boundary, "text/plain", draft.text("text"));
  if (settings.filled("html")) add_part(mail, boundary, "text/html", draft.html("html"));
  mail.body += format("--{}--\r\n", boundary);
  Payload::Request& made = draft.request(mail.method, mail.url);
  made = std::move(mail);
}

}  // namespace firedrill::notify::payloads
