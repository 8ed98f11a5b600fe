#include "console/prometheus_api/prometheus_api.h"

#include <gtest/gtest.h>

#include "api_fixtures.h"
#include "base/text/json.h"
#include "console/request/form.h"
#include "console/request/multipart.h"

namespace firedrill::console {
namespace {

class PrometheusApiTest : public testing::Test {
 protected:
  http::Response get(const std::string& path, const std::string& query = "") const {
    return api_.answer({.path = path, .query = query});
  }
  // The error, with its status and type before it.
  std::string error(const std::string& path, const std::string& query) const {
    const http::Response response = get(path, query);
    const auto body = read_json(make_source("body", response.body));
    if (!body || !body->as_object().contains("error")) return "no error: " + response.body;
    const auto& object = body->as_object();
    return std::to_string(response.status) + " " + std::string(object.at("errorType").as_string()) + ": " +
           std::string(object.at("error").as_string());
  }

  FixedMonitoring monitoring_;
  PrometheusApi api_{monitoring_};
};

TEST_F(PrometheusApiTest, EvaluatesAtItsOwnTimeUnlessAnotherIsAskedFor) {
  EXPECT_EQ(get("/api/v1/query", "query=sum(up)").body,
            R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000600,"1"]}]}})");
  EXPECT_EQ(
      get("/api/v1/query", "query=sum(up)&time=1700000100.5").body,
      R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1700000100.500,"2"]}]}})");
  EXPECT_EQ(get("/api/v1/query", "query=1&time=2023-11-14T22:13:20Z").body,
            R"({"status":"success","data":{"resultType":"scalar","result":[1700000000,"1"]}})");
}

TEST_F(PrometheusApiTest, TakesParametersOfABodyBeforeThoseOfTheQuery) {
  const http::Response response =
      api_.answer({.method = "POST",
                   .path = "/api/v1/query",
                   .query = "query=7",
                   .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
                   .body = "query=1%2B1&time=5"});
  EXPECT_EQ(response.body, R"({"status":"success","data":{"resultType":"scalar","result":[5,"2"]}})");
}

TEST_F(PrometheusApiTest, RangesHaveAPointAtEachStep) {
  EXPECT_EQ(
      get("/api/v1/query_range", "query=sum(up)&start=1700000250&end=1700000400&step=1m15s").body,
      R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1700000250,"2"],[1700000325,"1"],[1700000400,"1"]]}]}})");
}

TEST_F(PrometheusApiTest, SaysWhatIsWrongInPrometheussWords) {
  struct Case {
    const char* path;
    const char* query;
    const char* error;
  };
  const Case cases[] = {
      {"query", "query=up%7B",
       R"(400 bad_data: invalid parameter "query": 1:4: parse error: unexpected end of input inside braces)"},
      {"query", "",
       R"(400 bad_data: invalid parameter "query": unknown position: parse error: no expression found in input)"},
      {"query", "query=up&time=x",
       R"(400 bad_data: invalid parameter "time": invalid time value for 'time': cannot parse "x" to a valid timestamp)"},
      {"query", "query=up&timeout=x",
       R"(400 bad_data: invalid parameter "timeout": cannot parse "x" to a valid duration)"},
      {"query", "query=up&timeout=1e30",
       R"(400 bad_data: invalid parameter "timeout": cannot parse "1e30" to a valid duration. It overflows int64)"},
      {"query", "query=up&limit=-1", R"(400 bad_data: invalid parameter "limit": limit must be non-negative)"},
      {"query", "query=up&limit=x",
       R"(400 bad_data: invalid parameter "limit": strconv.Atoi: parsing "x": invalid syntax)"},
      {"query", "query=up&lookback_delta=x",
       R"(400 bad_data: error parsing lookback delta duration: cannot parse "x" to a valid duration)"},
      {"query", "query=up%20*%20on()%20up",
       R"(422 execution: found duplicate series for the match group {} on the right hand-side of the operation: [{__name__="up", )"},
      {"query_range", "query=up&start=1&end=20000&step=1",
       R"(400 bad_data: exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX))"},
      {"query_range", "query=up&start=2&end=1&step=1",
       R"(400 bad_data: invalid parameter "end": end timestamp must not be before start time)"},
      {"query_range", "query=up&start=1&end=2&step=0",
       R"(400 bad_data: invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer)"},
      {"query_range", "query=up%5B5m%5D&start=1&end=2&step=1",
       R"(400 bad_data: invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector)"},
      {"series", "", R"(400 bad_data: no match[] parameter provided)"},
      {"series", "match[]=up%5B5m%5D",
       R"(400 bad_data: invalid parameter "match[]": 1:3: parse error: unexpected "[")"},
      {"labels", "match[]=%7B%7D", R"(400 bad_data: match[] must contain at least one non-empty matcher)"},
      {"labels", "start=x",
       R"(400 bad_data: invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp)"},
      {"label/%ff/values", "", "no error"},
      {"metadata", "limit=x", R"(400 bad_data: limit must be a number)"},
      {"rules", "type=x", R"(400 bad_data: invalid parameter "type": not supported value "x")"},
      {"rules", "group_limit=0",
       R"(400 bad_data: invalid parameter "group_limit": group_limit needs to be greater than 0)"},
  };
  for (const Case& each : cases) {
    EXPECT_TRUE(error(std::string("/api/v1/") + each.path, each.query).starts_with(each.error))
        << each.path << "?" << each.query << "\n"
        << error(std::string("/api/v1/") + each.path, each.query);
  }
}

TEST_F(PrometheusApiTest, ListsSeriesLabelsAndValuesOfTheTimeAskedFor) {
  EXPECT_EQ(get("/api/v1/labels").body, R"({"status":"success","data":["__name__","instance","job"]})");
  EXPECT_EQ(get("/api/v1/label/job/values").body, R"({"status":"success","data":["gone","web"]})");
  EXPECT_EQ(get("/api/v1/label/job/values", "start=1700000400").body, R"({"status":"success","data":["web"]})");
  EXPECT_EQ(get("/api/v1/label/job/values", "limit=1").body,
            R"({"status":"success","data":["gone"],"warnings":["results truncated due to limit"]})");
  EXPECT_EQ(
      get("/api/v1/series", "match[]=up%7Binstance=%22b:80%22%7D&match[]=old").body,
      R"({"status":"success","data":[{"__name__":"old","job":"gone"},{"__name__":"up","instance":"b:80","job":"web"}]})");
}

TEST_F(PrometheusApiTest, TellsOfRulesAlertsTargetsAndMetadata) {
  EXPECT_EQ(
      get("/api/v1/rules", "type=alert").body,
      R"({"status":"success","data":{"groups":[{"name":"web","file":"rules.yml","rules":[{"state":"firing","name":"Down","query":"up == 0","duration":60,"keepFiringFor":0,"labels":{"severity":"page"},"annotations":{},"alerts":[{"labels":{"alertname":"Down","instance":"b:80"},"annotations":{"summary":"<b>"},"state":"firing","activeAt":"2023-11-14T22:21:50Z","keepFiringSince":"2023-11-14T22:23:10Z","value":"0e+00"}],"health":"ok","evaluationTime":0,"lastEvaluation":"2023-11-14T22:23:20Z","type":"alerting"}],"interval":15,"limit":0,"evaluationTime":0,"lastEvaluation":"2023-11-14T22:23:20Z"}]}})");
  EXPECT_EQ(
      get("/api/v1/rules", "type=record").body,
      R"_({"status":"success","data":{"groups":[{"name":"sums","file":"rules.yml","rules":[{"name":"job:up:sum","query":"sum by (job) (up)","health":"unknown","evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z","type":"recording"}],"interval":30,"limit":3,"evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z"}]}})_");
  EXPECT_EQ(
      get("/api/v1/alerts").body,
      R"({"status":"success","data":{"alerts":[{"labels":{"alertname":"Down","instance":"b:80"},"annotations":{"summary":"<b>"},"state":"firing","activeAt":"2023-11-14T22:21:50Z","keepFiringSince":"2023-11-14T22:23:10Z","value":"0e+00"}]}})");
  EXPECT_EQ(get("/api/v1/metadata", "metric=up").body,
            R"({"status":"success","data":{"up":[{"type":"gauge","help":"Whether it answers.","unit":""}]}})");
  EXPECT_TRUE(get("/api/v1/targets", "state=active").body.contains(R"("health":"down")"));
}

TEST_F(PrometheusApiTest, PagesThroughGroupsOfRules) {
  const auto first = read_json(make_source("body", get("/api/v1/rules", "group_limit=1").body));
  const auto& data = first->as_object().at("data").as_object();
  EXPECT_EQ(data.at("groups").as_array().size(), 1U);
  const std::string token(data.at("groupNextToken").as_string());
  const http::Response second = get("/api/v1/rules", "group_limit=1&group_next_token=" + token);
  EXPECT_TRUE(second.body.contains(R"("name":"sums")"));
  EXPECT_FALSE(second.body.contains("groupNextToken"));
}

TEST_F(PrometheusApiTest, BoundsWhatAQueryCosts) {
  EXPECT_EQ(error("/api/v1/query", "query=count_over_time(up%5B10m:10ms%5D)&timeout=0.001"),
            "503 timeout: query timed out in expression evaluation");
  const http::Response dear = get("/api/v1/query", "query=count_over_time(up%5B100000d:1s%5D)");
  EXPECT_NE(dear.status, 200);
}

// Whatever a query reads, it holds up nobody for longer than it may: by the clock on the wall, or by its own timeout.
TEST_F(PrometheusApiTest, EndsAQueryWhoseTimeIsOver) {
  const PrometheusApi hurried(monitoring_, {.time = 0ms});
  const http::Request dear{.path = "/api/v1/query", .query = "query=sum_over_time(max_over_time(up[10m:1s])[10m:1s])"};
  const http::Response response = hurried.answer(dear);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body,
            R"({"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"})");
  EXPECT_EQ(hurried.answer({.path = "/api/v1/query", .query = "query=1"}).status, 200) << "what is cheap is never late";
  EXPECT_EQ(api_.answer(dear).status, 200);
}

TEST_F(PrometheusApiTest, TakesFormsInParts) {
  const std::string body =
      "--x\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\nsum(up)\r\n--x\r\n"
      "Content-Disposition: form-data; name=\"match[]\"\r\n\r\nup\r\n--x--\r\n";
  const auto post = [&](const std::string& path, const std::string& query = "") {
    return api_.answer({.method = "POST",
                        .path = path,
                        .query = query,
                        .headers = {{"Content-Type", "multipart/form-data; boundary=x"}},
                        .body = body});
  };
  EXPECT_EQ(post("/api/v1/query").body, get("/api/v1/query", "query=sum(up)").body);
  EXPECT_EQ(post("/api/v1/query", "query=7").body, get("/api/v1/query", "query=7").body) << "the query comes first";
  EXPECT_EQ(post("/api/v1/labels").body, get("/api/v1/labels", "match[]=up").body);
  EXPECT_EQ(post("/api/v1/series").status, 400) << "Prometheus reads no parts there";
}

TEST_F(PrometheusApiTest, KnowsNoOtherPathsAndMethods) {
  EXPECT_EQ(get("/api/v1/nothing").status, 404);
  EXPECT_EQ(get("/-/ready").body, "Prometheus Server is Ready.\n");
  const http::Response response = api_.answer({.method = "DELETE", .path = "/api/v1/query"});
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(*http::find_header(response.headers, "Allow"), "GET, OPTIONS, POST");
}

// Bodies in parts, as Go's mime/multipart takes them or does not.
TEST(MultipartTest, ReadsAsGoDoes) {
  struct Case {
    const char* what;
    std::string body;
    std::optional<FormPairs> read;
  };
  const std::string a = "Content-Disposition: form-data; name=\"a\"\r\n\r\n";
  const Case cases[] = {
      {"two values of one name", "--b\r\n" + a + "1\r\n--b\r\n" + a + "2\r\n--b--\r\n",
       FormPairs{{"a", "1"}, {"a", "2"}}},
      {"lines of a value", "--b\r\n" + a + "1\r\n\r\n--2\r\n--b--", FormPairs{{"a", "1\r\n\r\n--2"}}},
      {"ends of lines without returns", "--b\nContent-Disposition: form-data; name=a\n\n1\n--b--\n",
       FormPairs{{"a", "1"}}},
      {"a preamble", "hello\r\n--b\r\n" + a + "1\r\n--b--\r\n", FormPairs{{"a", "1"}}},
      {"an empty value", "--b\r\n" + a + "\r\n--b--\r\n", FormPairs{{"a", ""}}},
      {"a file", "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n1\r\n--b--\r\n",
       FormPairs{}},
      {"a part without a name", "--b\r\nX: y\r\n\r\n1\r\n--b--\r\n", FormPairs{}},
      {"a quoted name", "--b\r\nContent-Disposition: form-data; name=\"a\\\"c\"\r\n\r\n1\r\n--b--",
       FormPairs{{"a\"c", "1"}}},
      {"no part", "--b--\r\n", FormPairs{}},
      {"no end", "--b\r\n" + a + "1\r\n", std::nullopt},
      {"no headers", "--b\r\n", std::nullopt},
      {"no boundary", "a=1", std::nullopt},
      {"more than there may be", "--b\r\n" + a + "1\r\n--b\r\n" + a + "2\r\n--b\r\n" + a + "3\r\n--b--\r\n",
       std::nullopt},
  };
  for (const Case& each : cases) EXPECT_EQ(read_multipart(each.body, "b", 2), each.read) << each.what;
  EXPECT_EQ(boundary_of("multipart/form-data; boundary=b"), "b");
  EXPECT_EQ(boundary_of("Multipart/Form-Data; charset=utf-8; boundary=\"b c\""), "b c");
  EXPECT_FALSE(boundary_of("multipart/mixed; boundary=b"));
  EXPECT_FALSE(boundary_of("multipart/form-data"));
  EXPECT_FALSE(boundary_of("multipart/form-data; boundary=\"b"));
}

TEST(FormTest, ReadsAsGoDoes) {
  const Form form = Form::of({.query = "a=1&b=x+y%21&bad=%zz&c;d=1&a=2&e"});
  EXPECT_EQ(form.value("a"), "1");
  EXPECT_EQ(form.values("a").size(), 2U);
  EXPECT_EQ(form.value("b"), "x y!");
  EXPECT_FALSE(form.has("bad"));
  EXPECT_TRUE(form.has("e"));
}

}  // namespace
}  // namespace firedrill::console
