#include "console/alertmanager_api/alertmanager_api.h"

#include <gtest/gtest.h>

#include "api_fixtures.h"
#include "base/text/json.h"

namespace firedrill::console {
namespace {

class AlertmanagerApiTest : public testing::Test {
 protected:
  http::Response get(const std::string& path, const std::string& query = "") const {
    return api_.answer({.path = path, .query = query});
  }
  http::Response post(const std::string& body) const {
    return api_.answer({.method = "POST",
                        .path = "/api/v2/silences",
                        .headers = {{"Content-Type", "application/json"}},
                        .body = body});
  }
  // How many of them there are.
  std::size_t count(const std::string& path, const std::string& query) const {
    const auto body = read_json(make_source("body", get(path, query).body));
    return body && body->is_array() ? body->as_array().size() : 99;
  }

  FixedAlerting alerting_;
  AlertmanagerApi api_{alerting_};
};

TEST_F(AlertmanagerApiTest, ListsAlertsByTheirFingerprints) {
  EXPECT_EQ(
      get("/api/v2/alerts").body,
      R"([{"annotations":{"summary":"it <is>"},"endsAt":"2023-11-14T22:26:20.000Z","fingerprint":"274ec47d06cfa649","receivers":[{"name":"night"}],"startsAt":"2023-11-14T22:18:20.000Z","status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},"updatedAt":"2023-11-14T22:21:20.000Z","generatorURL":"http://prometheus/graph","labels":{"alertname":"A","cluster":"c","severity":"critical","team":"b"}},)"
      R"({"annotations":{},"endsAt":"2023-11-14T22:26:20.000Z","fingerprint":"2d6ef48bb1ea3847","receivers":[{"name":"team"}],"startsAt":"2023-11-14T22:19:20.000Z","status":{"inhibitedBy":["274ec47d06cfa649"],"mutedBy":[],"silencedBy":[],"state":"suppressed"},"updatedAt":"2023-11-14T22:21:20.000Z","labels":{"alertname":"A","cluster":"c","severity":"warning"}}])"
      "\n");
}

TEST_F(AlertmanagerApiTest, FiltersAlertsAndGroups) {
  EXPECT_EQ(count("/api/v2/alerts", "filter=severity%3D%22critical%22"), 1U);
  EXPECT_EQ(count("/api/v2/alerts", "filter=severity=~%22c.*%7Cw.*%22&filter=team%3D%22%22"), 1U);
  EXPECT_EQ(count("/api/v2/alerts", "inhibited=false"), 1U);
  EXPECT_EQ(count("/api/v2/alerts", "active=x"), 1U) << "what is no truth value is false";
  EXPECT_EQ(count("/api/v2/alerts", "receiver=nig.t"), 1U);
  EXPECT_EQ(count("/api/v2/alerts/groups", ""), 2U);
  EXPECT_EQ(count("/api/v2/alerts/groups", "receiver=team"), 1U);
  EXPECT_EQ(get("/api/v2/alerts", "filter=c").body, "\"bad matcher format: c\"\n");
}

TEST_F(AlertmanagerApiTest, SetsListsAndExpiresSilences) {
  const http::Response set = post(
      R"({"matchers":[{"name":"alertname","value":"A","isRegex":false}],"startsAt":"2023-11-14T22:00:00Z","endsAt":"2023-11-14T23:00:00Z","createdBy":"me","comment":"a deploy"})");
  EXPECT_EQ(set.body, "{\"silenceID\":\"00000000-0000-4000-8000-000000000001\"}\n");
  EXPECT_EQ(
      get("/api/v2/silences").body,
      R"([{"id":"00000000-0000-4000-8000-000000000001","status":{"state":"active"},"updatedAt":"2023-11-14T22:23:20.000Z","comment":"a deploy","createdBy":"me","endsAt":"2023-11-14T23:00:00.000Z","matchers":[{"isEqual":true,"isRegex":false,"name":"alertname","value":"A"}],"startsAt":"2023-11-14T22:23:20.000Z"}])"
      "\n");
  EXPECT_EQ(count("/api/v2/alerts", "silenced=false"), 0U);
  EXPECT_EQ(count("/api/v2/silences", "filter=alertname%3D%22B%22"), 0U);
  EXPECT_EQ(get("/api/v2/silence/00000000-0000-4000-8000-000000000001").status, 200);
  EXPECT_EQ(get("/api/v2/silence/11111111-1111-4111-8111-111111111111").status, 404);
  const http::Response gone =
      api_.answer({.method = "DELETE", .path = "/api/v2/silence/00000000-0000-4000-8000-000000000001"});
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(alerting_.expired, std::vector<std::string>{"1"});
}

TEST_F(AlertmanagerApiTest, RefusesSilencesAsAlertmanagerDoes) {
  const std::string times = R"("startsAt":"2023-11-14T22:00:00Z","endsAt":"2023-11-14T23:00:00Z",)";
  const std::string who = R"("createdBy":"me","comment":"c")";
  struct Case {
    std::string body;
    int status;
    const char* answer;
  };
  const Case cases[] = {
      {"{}", 422, R"({"code":602,"message":"comment in body is required"})"},
      {R"({"matchers":[],)" + times + who + "}", 422,
       R"({"code":612,"message":"matchers in body should have at least 1 items"})"},
      {R"({"matchers":[{"name":"a","value":"b"}],)" + times + who + "}", 422,
       R"({"code":602,"message":"matchers.0.isRegex in body is required"})"},
      {R"({"matchers":[{"name":"a","value":"","isRegex":false}],)" + times + who + "}", 400,
       "\"invalid silence: matcher set 0: at least one matcher must not match the empty string\"\n"},
      {R"({"matchers":[{"name":"a","value":"b","isRegex":true}],"startsAt":"2023-11-14T22:00:00Z","endsAt":"2023-11-14T22:10:00Z",)" +
           who + "}",
       400, "\"Failed to create silence: end time can't be in the past\"\n"},
      {R"({"id":"11111111-1111-4111-8111-111111111111","matchers":[{"name":"a","value":"b","isRegex":true}],)" + times +
           who + "}",
       404, "\"silence not found\"\n"}};
  for (const Case& each : cases) {
    const http::Response response = post(each.body);
    EXPECT_EQ(response.status, each.status) << each.body;
    EXPECT_EQ(response.body, each.answer) << each.body;
  }
  EXPECT_EQ(post("{").status, 400);
}

TEST_F(AlertmanagerApiTest, AnswersOtherRequestsAsAlertmanagerDoes) {
  EXPECT_EQ(
      get("/api/v2/receivers").body,
      "[{\"labels\":{\"name\":\"team\"},\"name\":\"team\"},{\"labels\":{\"name\":\"night\"},\"name\":\"night\"}]\n");
  EXPECT_EQ(get("/api/v2/nothing").body, R"({"code":404,"message":"path /api/v2/nothing was not found"})");
  EXPECT_EQ(get("/api/v1/alerts").status, 410);
  EXPECT_EQ(api_.answer({.method = "PUT", .path = "/api/v2/alerts"}).status, 405);
  EXPECT_EQ(api_.answer({.path = "/api/v2/alerts", .headers = {{"Accept", "text/html"}}}).status, 406);
  EXPECT_EQ(api_.answer({.method = "POST", .path = "/api/v2/silences"}).status, 415);
  EXPECT_EQ(get("/-/healthy").body, "OK");
  EXPECT_TRUE(get("/api/v2/status").body.contains("\"original\":"));
  alerting_.down = true;
  EXPECT_EQ(get("/api/v2/alerts").status, 503);
}

}  // namespace
}  // namespace firedrill::console
