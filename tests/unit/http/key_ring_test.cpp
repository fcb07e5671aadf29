#include "key_ring.h"

#include <gtest/gtest.h>

#include "heads.h"

namespace paddock::http {
namespace {

bool admits(const KeyRing& keys, const std::string& lines) {
  const auto reader = test::request("GET /x HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n");
  return keys.holder(reader->head().fields()) != nullptr;
}

const KeyRing kTwo({{"first-key", "first"}, {"second", "", {true, false, false}, {"m", "n"}}});

TEST(KeyRing, WithoutAKeyNobodyIsAsking) {
  EXPECT_TRUE(KeyRing().empty());
  EXPECT_FALSE(admits(kTwo, ""));
}

TEST(KeyRing, SaysWhoseKeyItIs) {
  const auto reader = test::request("GET /x HTTP/1.1\r\nHost: a\r\nx-api-key: second\r\n\r\n");
  const Caller* caller = kTwo.holder(reader->head().fields());
  ASSERT_NE(caller, nullptr);
  EXPECT_EQ(caller->name, "");
  EXPECT_TRUE(caller->roles.infer && !caller->roles.observe && !caller->roles.admin);
  EXPECT_TRUE(caller->may_use("n"));
  EXPECT_FALSE(caller->may_use("other"));
  EXPECT_TRUE(Caller{}.may_use("other")) << "no list is no restriction";
}

TEST(KeyRing, Bearer) {
  EXPECT_TRUE(admits(kTwo, "Authorization: Bearer first-key\r\n"));
  EXPECT_TRUE(admits(kTwo, "authorization: bEARER   second \r\n"));
  EXPECT_FALSE(admits(kTwo, "Authorization: Bearer first-ke\r\n"));
  EXPECT_FALSE(admits(kTwo, "Authorization: Bearer first-key2\r\n"));
  EXPECT_FALSE(admits(kTwo, "Authorization: Bearer \r\n"));
  EXPECT_FALSE(admits(kTwo, "Authorization: first-key\r\n"));
  // A key repeated is another key.
  EXPECT_FALSE(admits(kTwo, "Authorization: Bearer secondsecond\r\n"));
}

TEST(KeyRing, BasicPasswordOfAnyUser) {
  EXPECT_TRUE(admits(kTwo, "Authorization: Basic dTpmaXJzdC1rZXk=\r\n")) << "u:first-key";
  EXPECT_TRUE(admits(kTwo, "Authorization: Basic OnNlY29uZA==\r\n")) << ":second";
  EXPECT_TRUE(admits(kTwo, "Authorization: Basic OnNlY29uZA\r\n")) << "without padding";
  EXPECT_FALSE(admits(kTwo, "Authorization: Basic c2Vjb25kOg==\r\n")) << "second:";
}

TEST(KeyRing, ApiKeyHeaderWhereAuthorizationNamesNone) {
  EXPECT_TRUE(admits(kTwo, "X-API-Key: second\r\n"));
  EXPECT_TRUE(admits(kTwo, "Authorization: Basic ???\r\nx-api-key: second\r\n"));
  EXPECT_TRUE(admits(kTwo, "Authorization: Digest x\r\nx-api-key: second\r\n"));
  EXPECT_FALSE(admits(kTwo, "Authorization: Bearer wrong\r\nx-api-key: second\r\n"));
  EXPECT_FALSE(admits(kTwo, "x-api-key: wrong\r\n"));
}

TEST(Base64, Vectors) {
  // RFC 4648 section 10.
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("+/+/"), std::string("\xFB\xFF\xBF"));
  EXPECT_EQ(decode_base64("Zm9vY"), std::nullopt);
  EXPECT_EQ(decode_base64("Zm 9"), std::nullopt);
  EXPECT_EQ(decode_base64("Z==="), std::nullopt);
}

}  // namespace
}  // namespace paddock::http
