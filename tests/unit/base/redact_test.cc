// Secrets in what is shown of a file.
#include <gtest/gtest.h>

#include <sstream>
#include <type_traits>

#include "base/diagnostic.h"
#include "base/text/json.h"
#include "base/text/redact.h"
#include "base/text/secret.h"

namespace firedrill {
namespace {

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!Streamable<Secret> && Streamable<std::string>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string> && !std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_constructible_v<json::value, Secret>);
static_assert(!std::is_copy_constructible_v<Secret>);

TEST(Secret, HasOneWayOut) {
  Secret secret("hunter2");
  EXPECT_EQ(secret.reveal(), "hunter2");
  EXPECT_EQ(Secret::to_display(), "<secret>");
  Secret other = std::move(secret);
  EXPECT_EQ(other.reveal(), "hunter2");
  secret = Secret("second");
  EXPECT_EQ(secret.reveal(), "second");
}

TEST(Secret, IsWipedWhereItStood) {
  alignas(Secret) unsigned char room[sizeof(Secret)];
  auto* secret = new (room) Secret("hunter2");
  const auto holds = [&] { return std::string_view(reinterpret_cast<char*>(room), sizeof room).contains("hunter2"); };
  EXPECT_TRUE(holds());
  const Secret moved = std::move(*secret);
  EXPECT_FALSE(holds());
  secret->~Secret();
  EXPECT_EQ(moved.reveal(), "hunter2");
}

// The line of a text, counted from 1, as a message shows it.
std::string shown(const std::string& text, std::size_t line) {
  const std::string message = render({Severity::error, {make_source("f", text), line, 1, 1}, "wrong", ""});
  const std::size_t begin = message.find(" | ") + 3;
  return message.substr(begin, message.find('\n', begin) - begin);
}

TEST(Excerpts, ShowNoSecretWhateverTheStyle) {
  const struct {
    const char* text;
    std::size_t line;
    const char* shown;
  } cases[] = {
      {"password: hunter2", 1, "password: <secret>"},
      {"  - password : hunter2", 1, "  - password : <secret>"},
      {"\"password\": \"hunter2\"", 1, "\"password\": <secret>"},
      {"{\"password\":\"hunter2\"}", 1, "{\"password\":<secret>"},
      {"basic_auth: {username: me, password: hunter2, x: y}", 1, "basic_auth: {username: me, password: <secret>"},
      {"password:", 1, "password:"},
      {"password: |\n  hunter2\n  key: hunter2\nnext: 1", 2, "<secret>"},
      {"password: |\n  hunter2\n  key: hunter2\nnext: 1", 3, "<secret>"},
      {"password: |\n  hunter2\n\n  # hunter2\nnext: 1", 4, "<secret>"},
      {"password: |\n  hunter2\nnext: 1", 3, "next: 1"},
      {"password: >-\n\n  hunter2", 3, "  <secret>"},
      {"password: 'hun\n  ter2'", 2, "  <secret>"},
      {"password: \"hun\nter2\"", 2, "<secret>"},
      {"password:\n  hunter2", 2, "  <secret>"},
      {"a: {b: c, password:\n  hunter2}", 2, "  <secret>"},
      {"? password\n: hunter2", 2, "<secret>"},
      {"secrets:\n- hunter2\n- hunter3", 3, "<secret>"},
      {"http_headers:\n  X-Key:\n    secrets: [hunter2]", 3, "    secrets: <secret>"},
      {"proxy_connect_header:\n  Proxy-Authorization:\n    - hunter2", 3, "    <secret>"},
      {"tls_config:\n  key: |\n    -----BEGIN", 3, "    <secret>"},
      {"key: plain", 1, "key: plain"},
      {"webhook_configs:\n  - url: https://hooks/hunter2", 2, "  - url: <secret>"},
      {"remote_write:\n  - url: https://store/push", 2, "  - url: https://store/push"},
      {"slack_api_url: https://hooks/hunter2", 1, "slack_api_url: <secret>"},
      {"proxy_url: http://me:hunter2@proxy:3128/", 1, "proxy_url: http://me:<secret>"},
      {"url: https://hunter2@github.com/x", 1, "url: https://<secret>"},
      {"url: https://github.com/@x", 1, "url: https://github.com/@x"},
      {"# password: hunter2", 1, "# password: <secret>"},
      {"password_file: /run/secret", 1, "password_file: /run/secret"},
      {"expr: password:rate5m > 1", 1, "expr: password:rate5m > 1"},
      {"passwords:\n  other: 1", 2, "  other: 1"},
      {"basic_auth:\n  password: x\nother: y", 3, "other: y"},
      {"basic_auth:\n  password: x\n  username: y", 3, "  username: y"},
      {"a:\n  - token: x\n    name: y", 3, "    name: y"},
  };
  for (const auto& each : cases) {
    std::string text = shown(each.text, each.line);
    std::string expected = each.shown;
    // Where the hidden part is the whole line, its indentation does not matter.
    if (expected.find_first_not_of(' ') == expected.find("<secret>")) {
      text.erase(0, text.find_first_not_of(' '));
      expected.erase(0, expected.find_first_not_of(' '));
    }
    EXPECT_EQ(text, expected) << each.text;
  }
}

TEST(Excerpts, PutCaretsBelowWhatStandsForASecret) {
  const std::string text = "password: hunter2 and more";
  EXPECT_EQ(render({Severity::error, {make_source("f", text), 1, 15, 40}, "wrong", ""}),
            "f:1:15: error: wrong\n"
            "    1 | password: <secret>\n"
            "      |           ^^^^^^^^\n");
  const std::string far = std::string(500, 'x') + ": {password: hunter2}";
  const std::string message = render({Severity::error, {make_source("f", far), 1, 520, 3}, "wrong", ""});
  EXPECT_EQ(message.find("hunter2"), std::string::npos);
  EXPECT_NE(message.find("{password: <secret>\n"), std::string::npos);
}

// Of what comes behind it in its line nothing is shown, and the secret is not what is wrong.
TEST(Excerpts, PutNoCaretsBelowASecretForWhatComesBehindIt) {
  const auto carets = [](const std::string& text, std::size_t column) {
    const std::string message = render({Severity::error, {make_source("f", text), 1, column, 3}, "wrong", ""});
    return message.substr(message.find('\n') + 1);
  };
  const std::string behind =
      "    1 | {token: <secret> …\n"
      "      |                  ^\n";
  EXPECT_EQ(carets("{token: hunter2, nme: x}", 18), behind);
  EXPECT_EQ(carets("{token: 'hun,''ter2', nme: x}", 23), behind);
  EXPECT_EQ(carets(R"({token: "hun\",ter2", nme: x})", 22), behind);
  const std::string at =
      "    1 | {token: <secret>\n"
      "      |         ^^^\n";
  EXPECT_EQ(carets("{token: hunter2, nme: x}", 9), at);
  EXPECT_EQ(carets("{token: 'hun,''ter2', nme: x}", 16), at) << "in the midst of it";
  EXPECT_EQ(carets("{token: [a, b]: hunter2}", 9), at);
}

TEST(Messages, ShowNoPasswordOfAnAddress) {
  EXPECT_EQ(without_passwords("found 'https://me:hunter2@host/x' and ftp://hunter2@h"),
            "found 'https://me:<secret>@host/x' and ftp://<secret>@h");
  EXPECT_EQ(without_passwords("http://host:9090/a@b, x://y"), "http://host:9090/a@b, x://y");
  EXPECT_EQ(render({Severity::error, {}, "found http://a:hunter2@b", "not http://a:hunter2@b"}),
            "firedrill: error: found http://a:<secret>@b\n      = help: not http://a:<secret>@b\n");
}

TEST(Messages, ShowNoLineOfAGuardedSource) {
  EXPECT_EQ(render({Severity::error, {make_source("f", "canary", Quoting::guarded), 1, 2, 3}, "wrong", "mend it"}),
            "f:1:2: error: wrong\n      = help: mend it\n");
}

}  // namespace
}  // namespace firedrill
