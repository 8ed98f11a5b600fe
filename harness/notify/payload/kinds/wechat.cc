// WeChat: a token is fetched, then the message sent with it.
#include "notify/payload/draft.h"
#include "notify/payload/text.h"

namespace firedrill::notify::payloads {

void wechat(Draft& draft) {
  const Value& settings = draft.settings();
  const std::string secret = settings.filled("api_secret") ? draft.text("api_secret") : std::string(kHidden);
  const std::string corporation = draft.text("corp_id");
  draft.request(
      "GET", draft.address("api_url") + "gettoken?" + encode_form({{"corpsecret", secret}, {"corpid", corporation}}));
  const std::string message = draft.text("message");
  const bool markdown = settings.text_of("message_type") == "markdown";
  json::object body;
  body["text"] = json::object{{"content", markdown ? "" : message}};
  put(body, "touser", draft.text("to_user"));
  put(body, "toparty", draft.text("to_party"));
  put(body, "totag", draft.text("to_tag"));
  put(body, "agentid", draft.text("agent_id"));
  body["safe"] = "0";
  body["msgtype"] = settings.text_of("message_type");
  body["markdown"] = json::object{{"content", markdown ? message : ""}};
  draft.post_json(draft.address("api_url") + "message/send?" + encode_form({{"access_token", std::string(kHidden)}}),
                  body);
}

}  // namespace firedrill::notify::payloads
