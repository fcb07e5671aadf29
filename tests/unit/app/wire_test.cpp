#include "wire.h"

#include <gtest/gtest.h>

namespace paddock::app {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<config::Config> make_config() {
  config::ModelConfig model;
  model.id = ModelId("m");
  model.argv = {{"server"}, {"--port"}, {"${PORT}"}};
  model.env = {{"A=1"}, {"AT=${PORT}"}};
  model.proxy = {"http://localhost:${PORT}/base"};
  model.check_endpoint = "/ready";
  model.health_check_timeout = 33s;
  model.health_check_timeout_max = 99s;
  model.ttl = 60s;
  model.unload_timeout = 7s;
  auto config = std::make_shared<config::Config>();
  config->models = {model};
  config->start_port = 9000;
  return config;
}

TEST(Wire, RouterOptions) {
  const router::Options options = router_options(make_config());
  EXPECT_EQ(options.start_port, 9000);
  ASSERT_EQ(options.models.size(), 1u);
  EXPECT_EQ(options.models[0].id, ModelId("m"));
  EXPECT_EQ(options.models[0].ttl, 60s);
  EXPECT_EQ(options.models[0].unload_grace, 7s);
  EXPECT_TRUE(options.models[0].uses_port);
}

TEST(Wire, AStopCommandHasItsTimeBesideThatOfTheSignals) {
  auto config = make_config();
  config->models[0].stop_argv = {{"stop"}, {"${PID}"}, {"${PORT}"}};
  config->models[0].stop_timeout = 20s;
  config->models[0].detached = true;
  router::Options options = router_options(config);
  EXPECT_EQ(options.models[0].unload_grace, 27s);
  const process::SpawnSpec spec = options.models[0].bind(9001);
  EXPECT_EQ(spec.stop_argv, (std::vector<std::string>{"stop", "${PID}", "9001"}));
  EXPECT_EQ(spec.stop_timeout, 20s);
  EXPECT_EQ(spec.stop_grace, 7s);
  EXPECT_TRUE(spec.detached);
}

TEST(Wire, BindPutsThePortEverywhere) {
  router::Options options = router_options(make_config());
  const process::SpawnSpec spec = options.models[0].bind(9001);
  EXPECT_EQ(spec.model, ModelId("m"));
  EXPECT_EQ(spec.argv, (std::vector<std::string>{"server", "--port", "9001"}));
  EXPECT_EQ(spec.injected,
            (std::vector<std::string>{"CUDA_DEVICE_ORDER=PCI_BUS_ID", "LLAMA_ARG_LOG_VERBOSITY=4"}));
  EXPECT_EQ(spec.env, (std::vector<std::string>{spec.injected[0], spec.injected[1], "A=1", "AT=9001"}));
  EXPECT_EQ(spec.endpoint, (process::Endpoint{"localhost", 9001, "/base"}));
  EXPECT_EQ(spec.check_path, "/ready");
  EXPECT_EQ(spec.start_timeout, 33s);
  EXPECT_EQ(spec.start_timeout_max, 99s);
}

TEST(Wire, StandardOutputShowsWhatTheFileSays) {
  logs::Hub hub;
  EXPECT_EQ(stdout_channel(hub, config::LogTarget::kOwn), &hub.proxy());
  EXPECT_EQ(stdout_channel(hub, config::LogTarget::kUpstream), &hub.upstream());
  EXPECT_EQ(stdout_channel(hub, config::LogTarget::kBoth), &hub.combined());
  EXPECT_EQ(stdout_channel(hub, config::LogTarget::kNone), nullptr);
}

TEST(Wire, AFixedAddressTakesNoPort) {
  const auto config = make_config();
  config->models[0].argv = {{"server"}};
  config->models[0].env.clear();
  config->models[0].proxy = {"http://127.0.0.1:7777"};
  const router::Options options = router_options(config);
  EXPECT_FALSE(options.models[0].uses_port);
  EXPECT_EQ(options.models[0].bind(0).endpoint, (process::Endpoint{"127.0.0.1", 7777, ""}));
}

TEST(Wire, APortOnlyInTheEnvironmentCounts) {
  const auto config = make_config();
  config->models[0].argv = {{"server"}};
  config->models[0].proxy = {"http://127.0.0.1:7777"};
  EXPECT_TRUE(router_options(config).models[0].uses_port);
}

TEST(Wire, ServerOptions) {
  ServeCommand command;
  command.listen = {"::1", 81};
  const auto config = make_config();
  config->max_connections = 12;
  const http::ServerOptions options = server_options(*config, command);
  EXPECT_EQ(options.host, "::1");
  EXPECT_EQ(options.port, 81);
  EXPECT_EQ(options.max_connections, 12);
  config->max_connections = 0;
  EXPECT_GE(server_options(*config, command).max_connections, 16);
}

TEST(Wire, ReleaseOptions) {
  ServeCommand command;
  const auto config = make_config();
  config->vram_release_timeout = 7s;
  EXPECT_EQ(release_options(*config, command).limit, 7s);
  EXPECT_FALSE(release_options(*config, command).must_read);
  command.gpu_source = "file:/x";
  EXPECT_TRUE(release_options(*config, command).must_read);
}

TEST(Wire, ConnectionsFollowTheDescriptors) {
  EXPECT_EQ(connections_for(1024), 384);
  EXPECT_EQ(connections_for(~std::uint64_t{0}), 65536);
  EXPECT_EQ(connections_for(100), 16);
}

}  // namespace
}  // namespace paddock::app
