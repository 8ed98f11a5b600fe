#include "console/server/gate.h"

#include <gtest/gtest.h>

#include "console/server/token.h"

namespace firedrill::console {
namespace {

http::Request asked(const std::string& host, const std::string& authorization, const std::string& origin = "") {
  http::Request request{.headers = {{"Host", host}}};
  if (!authorization.empty()) request.headers.push_back({"Authorization", authorization});
  if (!origin.empty()) request.headers.push_back({"Origin", origin});
  return request;
}

TEST(GateTest, LetsInWhoHasTheTokenAndOurName) {
  Gate gate("secret", {});
  gate.stand_at(9090);
  struct Case {
    const char* host;
    const char* authorization;
    const char* origin;
    int status;  // 0: may pass
  };
  const Case cases[] = {{"127.0.0.1:9090", "Bearer secret", "", 0},
                        {"localhost:9090", "bearer secret", "", 0},
                        {"127.0.0.1:9090", "Basic ZHJpbGw6c2VjcmV0", "", 0},  // drill:secret
                        {"127.0.0.1:9090", "Bearer secret", "http://127.0.0.1:9090", 0},
                        {"127.0.0.1:9090", "", "", 401},
                        {"127.0.0.1:9090", "Bearer secre", "", 401},
                        {"127.0.0.1:9090", "Bearer secrett", "", 401},
                        {"127.0.0.1:9090", "Basic c2VjcmV0", "", 401},  // no password
                        {"127.0.0.1:9090", "Basic !", "", 401},
                        {"evil.example:9090", "Bearer secret", "", 403},
                        {"127.0.0.1:9091", "Bearer secret", "", 403},
                        {"127.0.0.1:9090", "Bearer secret", "http://evil.example", 403},
                        {"127.0.0.1:9090", "Bearer secret", "null", 403}};
  for (const Case& each : cases) {
    const auto refused = gate.refuse(asked(each.host, each.authorization, each.origin), 1);
    EXPECT_EQ(refused ? refused->status : 0, each.status)
        << each.host << " " << each.authorization << " " << each.origin;
  }
}

TEST(GateTest, TakesWhatIsSaidTwiceForNeither) {
  Gate gate("secret", {});
  gate.stand_at(9090);
  const http::Header more[] = {
      {"host", "evil.example"}, {"Origin", "http://evil.example"}, {"authorization", "Bearer secret"}};
  for (const http::Header& each : more) {
    http::Request request = asked("127.0.0.1:9090", "Bearer secret", "http://127.0.0.1:9090");
    EXPECT_FALSE(gate.refuse(request, 1));
    request.headers.push_back(each);
    const auto refused = gate.refuse(request, 1);
    ASSERT_TRUE(refused) << each.name;
    EXPECT_EQ(refused->status, 400) << each.name;
  }
}

TEST(GateTest, BoundsRates) {
  Gate gate("secret", {.requests_per_second = 10, .strangers_per_second = 2});
  gate.stand_at(1);
  const auto status = [&](const char* authorization, double now_s) {
    const auto refused = gate.refuse(asked("127.0.0.1:1", authorization), now_s);
    return refused ? refused->status : 0;
  };
  int passed = 0;
  for (int i = 0; i < 100; ++i) passed += status("Bearer secret", 5) == 0 ? 1 : 0;
  EXPECT_EQ(passed, 11);
  EXPECT_EQ(status("Bearer secret", 5), 429);
  EXPECT_EQ(status("Bearer secret", 6), 0);
  for (int i = 0; i < 10; ++i) status("", 7);
  EXPECT_EQ(status("", 7), 429);
  EXPECT_EQ(status("Bearer secret", 7), 0) << "strangers keep nobody out";
}

TEST(TokenTest, IsOfChance) {
  const auto one = make_token();
  const auto other = make_token();
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->size(), 64U);
  EXPECT_NE(*one, *other);
}

}  // namespace
}  // namespace firedrill::console
