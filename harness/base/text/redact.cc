#include "base/text/redact.h"

#include <algorithm>
#include <array>

#include "base/text/secret.h"

namespace firedrill {
namespace {

constexpr auto npos = std::string_view::npos;

// Fields of the types Secret and SecretURL in Prometheus's and Alertmanager's configurations, in order.
constexpr std::array<std::string_view, 43> kSecretFields = {
    "access_key",
    "alert_source_token",
    "api_key",
    "api_secret",
    "api_url",
    "app_token",
    "application_credential_secret",
    "application_secret",
    "auth_password",
    "auth_secret",
    "auth_token",
    "bearer_token",
    "bot_token",
    "client_certificate_key",
    "client_secret",
    "consumer_key",
    "credentials",
    "hipchat_auth_token",
    "mattermost_webhook_url",
    "opsgenie_api_key",
    "password",
    "private_key",
    "proxy_connect_header",
    "rocketchat_token",
    "rocketchat_token_id",
    "routing_key",
    "secret",
    "secret_key",
    "secrets",
    "service_account_key",
    "service_key",
    "slack_api_url",
    "slack_app_token",
    "smtp_auth_password",
    "smtp_auth_secret",
    "telegram_bot_token",
    "token",
    "token_id",
    "user_key",
    "victorops_api_key",
    "webex_bot_token",
    "webhook_url",
    "wechat_api_secret",
};

// Secret below a block of that name, and ordinary words everywhere else.
struct FieldOfBlock {
  std::string_view field;
  std::string_view block;
};
constexpr std::array<FieldOfBlock, 2> kSecretInBlock = {{{"key", "tls_config"}, {"url", "webhook_configs"}}};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}
bool is_quote(char c) {
  return c == '"' || c == '\'';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// A line of a text, without its end.
struct Line {
  std::string_view all;
  std::size_t begin;
  std::size_t end;

  char at(std::size_t i) const { return i < end ? all[i] : '\n'; }
};

// The first character that is no blank, as an offset.
std::size_t first_of(const Line& line) {
  std::size_t i = line.begin;
  while (i < line.end && is_blank(line.all[i])) ++i;
  return i;
}

bool is_marker(const Line& line, std::size_t i) {
  const char c = line.all[i];
  return c == '{' || c == '[' || c == ',' || ((c == '-' || c == '?') && is_blank(line.at(i + 1)));
}

// Whether a ':' is one of YAML's, and no part of a text.
bool ends_field(const Line& line, std::size_t colon) {
  const char next = line.at(colon + 1);
  return next == '\n' || is_blank(next) || is_quote(next) || next == '{' || next == '[' ||
         (colon > line.begin && is_quote(line.all[colon - 1]));
}

std::string_view field_before(const Line& line, std::size_t colon) {
  std::size_t to = colon;
  while (to > line.begin && is_blank(line.all[to - 1])) --to;
  if (to > line.begin && is_quote(line.all[to - 1])) --to;
  std::size_t from = to;
  while (from > line.begin && is_word(line.all[from - 1])) --from;
  return line.all.substr(from, to - from);
}

// The column at which the line's first field begins, behind the dashes of lists; npos if it begins with none.
std::size_t field_column(const Line& line) {
  std::size_t i = line.begin;
  while (i < line.end && (is_blank(line.all[i]) || is_marker(line, i))) ++i;
  const std::size_t from = i;
  if (is_quote(line.at(i))) ++i;
  while (i < line.end && (is_word(line.all[i]) || line.all[i] == '.' || line.all[i] == '/')) ++i;
  if (is_quote(line.at(i))) ++i;
  while (i < line.end && is_blank(line.all[i])) ++i;
  return i > from && line.at(i) == ':' && ends_field(line, i) ? from - line.begin : npos;
}

// Of the address whose "://" stands at `at`: where the part begins that may be a secret, and where it ends, before the
// '@'. npos if it names no user.
struct Credentials {
  std::size_t begin = npos;
  std::size_t end = npos;
};
Credentials credentials_of(std::string_view text, std::size_t at) {
  const std::size_t begin = at + 3;
  const std::size_t behind = std::min(text.find_first_of("/?# \t\r\n\"'<>`", begin), text.size());
  const std::size_t sign = text.substr(begin, behind - begin).rfind('@');
  if (sign == npos || sign == 0) return {};
  const std::size_t colon = text.substr(begin, sign).find(':');
  return {colon == npos ? begin : begin + colon + 1, begin + sign};
}

// The first address in the line that names a user.
std::size_t first_credentials(const Line& line) {
  const std::string_view shown = line.all.substr(0, line.end);
  for (std::size_t at = shown.find("://", line.begin); at != npos; at = shown.find("://", at + 3)) {
    if (const Credentials found = credentials_of(shown, at); found.begin != npos) return found.begin;
  }
  return npos;
}

// Goes through the lines of a text and keeps the fields that the next line is indented below.
class Finder {
 public:
  explicit Finder(std::string_view text) {
    for (const FieldOfBlock& known : kSecretInBlock) {
      if (text.find(known.block) != npos) more_fields_.push_back(known.field);
    }
  }

  // Where the line's secret begins; npos if it has none.
  std::size_t next(const Line& line) {
    const std::size_t first = first_of(line);
    if (first == line.end) return npos;
    const std::size_t field = field_column(line);
    const std::size_t behind = behind_secret_field(line);
    const bool comment = line.all[first] == '#';
    const bool continues = field == npos || comment ? continues_value(first - line.begin) : is_below_secret(field);
    if (!comment) keep(line, field, behind != npos);
    if (continues) return first;
    const std::size_t value = behind == npos ? npos : first_of({line.all, behind, line.end});
    return std::min(value == line.end ? npos : value, first_credentials(line));
  }

 private:
  struct Field {
    std::size_t column;
    bool secret;        // it, or one beside it on its line
    bool below_secret;  // or any that it is indented below
  };

  // Whether a line that names no field belongs to a secret value: of the field before it, or of one that both are
  // below.
  bool continues_value(std::size_t column) const {
    if (asked_) return true;
    if (fields_.empty()) return false;
    if (fields_.back().secret) return true;
    const auto above = std::ranges::lower_bound(fields_, std::min(column, fields_.back().column), {}, &Field::column);
    return above != fields_.begin() && std::prev(above)->below_secret;
  }

  bool is_below_secret(std::size_t column) const {
    const auto above = std::ranges::lower_bound(fields_, column, {}, &Field::column);
    return above != fields_.begin() && std::prev(above)->below_secret;
  }

  void keep(const Line& line, std::size_t field, bool secret) {
    if (field == npos) {
      asked_ = asked_ || asks_for_secret(line);
      return;
    }
    asked_ = false;
    while (!fields_.empty() && fields_.back().column >= field) fields_.pop_back();
    fields_.push_back({field, secret, secret || (!fields_.empty() && fields_.back().below_secret)});
  }

  // The first place in the line behind the ':' of a secret field; npos if it has none.
  std::size_t behind_secret_field(const Line& line) const {
    const std::string_view shown = line.all.substr(0, line.end);
    for (std::size_t at = shown.find(':', line.begin); at != npos; at = shown.find(':', at + 1)) {
      if (ends_field(line, at) && is_secret(field_before(line, at))) return at + 1;
    }
    return npos;
  }

  // "? password", whose value stands behind a ':' on the next line.
  bool asks_for_secret(const Line& line) const {
    std::size_t from = first_of(line);
    if (line.at(from) != '?') return false;
    while (from < line.end && !is_word(line.all[from])) ++from;
    std::size_t to = from;
    while (to < line.end && is_word(line.all[to])) ++to;
    return is_secret(line.all.substr(from, to - from));
  }

  bool is_secret(std::string_view field) const {
    return is_secret_field(field) || std::ranges::find(more_fields_, field) != more_fields_.end();
  }

  std::vector<std::string_view> more_fields_;
  std::vector<Field> fields_;  // each indented below the one before it; the last is the last line's that had any
  bool asked_ = false;
};

}  // namespace

bool is_secret_field(std::string_view name) {
  return std::ranges::binary_search(kSecretFields, name);
}

SecretPlaces::SecretPlaces(std::string_view text) {
  Finder finder(text);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (const std::size_t secret = finder.next({text, begin, end}); secret != npos) begins_.push_back(secret);
    begin = end + 1;
  }
}

std::size_t SecretPlaces::in_line(std::size_t begin, std::size_t end) const {
  const auto found = std::ranges::lower_bound(begins_, begin);
  return found == begins_.end() || *found >= end ? npos : *found;
}

std::string without_passwords(std::string_view text) {
  std::string out;
  std::size_t kept = 0;
  for (std::size_t at = text.find("://"); at != npos; at = text.find("://", at + 3)) {
    const Credentials found = credentials_of(text, at);
    if (found.begin == npos) continue;
    out.append(text.substr(kept, found.begin - kept)).append(Secret::to_display());
    kept = found.end;
  }
  return out.append(text.substr(kept));
}

}  // namespace firedrill
