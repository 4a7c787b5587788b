// One function writes and one reads each kind of layer.
#include "io/network_text.h"

#include "io/header_text.h"
#include "layers/layer_check.h"

namespace proxnet {

namespace {

constexpr std::size_t kMaxInputs = std::size_t{1} << 32;

std::string flag(bool value) { return value ? "true" : "false"; }

// The shortest decimal with this value.
std::string decimal(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

template <class Items, class F> std::string list_of(const Items& items, const F& text) {
  std::string list = "[";
  for (const auto& item : items) list += (list.size() > 1 ? "," : "") + text(item);
  return list + "]";
}

std::string encoded(const std::string& name) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c >= ' ' && c <= '~' && c != '%')
      text += c;
    else
      text += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return quoted(text);
}

std::string decoded(HeaderText& text) {
  const std::string given = text.string();
  std::string name;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (given[i] != '%') {
      name += given[i];
      continue;
    }
    unsigned byte = 0;
    const char* digits = given.data() + i + 1;
    text.require(given.size() - i > 2 && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2,
                 "'%' and two hexadecimal digits must stand");
    name += static_cast<char>(byte);
    i += 2;
  }
  return name;
}

std::string text_of(const Activation& a) {
  return sentence("{\"name\":\"", activation_names()[a.kind], "\",\"parameter\":", decimal(a.parameter),
                  ",\"ceiling\":", decimal(a.ceiling), "}");
}

Activation read_activation(HeaderText& text) {
  text.expect('{');
  text.field("name");
  const auto kind = activation_kind(text.string());
  text.require(kind.has_value(), "the name of an activation must stand");
  Activation activation(*kind);
  text.next_field("parameter");
  activation.parameter = text.real();
  text.next_field("ceiling");
  activation.ceiling = text.real();
  text.expect('}');
  return activation;
}

struct LayerText {
  std::string operator()(const Dense& layer) const {
    return sentence("\"dense\",\"units\":", layer.units, ",\"bias\":", flag(layer.use_bias),
                    ",\"activation\":", text_of(layer.activation));
  }
  std::string operator()(const ActivationLayer& layer) const {
    return "\"activation\",\"activation\":" + text_of(layer.activation);
  }
  std::string operator()(const BatchNormalization& layer) const {
    return sentence("\"batch_normalization\",\"epsilon\":", decimal(layer.epsilon), ",\"center\":", flag(layer.center),
                    ",\"scale\":", flag(layer.scale));
  }
  std::string operator()(const Normalization& layer) const {
    return sentence("\"normalization\",\"invert\":", flag(layer.invert), ",\"mean\":", list_of(layer.mean, decimal),
                    ",\"variance\":", list_of(layer.variance, decimal));
  }
  std::string operator()(const ColumnSelection& layer) const {
    return "\"column_selection\",\"columns\":" +
           list_of(layer.columns, [](std::size_t column) { return sentence(column); });
  }
  std::string operator()(const Dropout&) const { return "\"identity\""; }
  std::string operator()(const ActivityRegularization&) const { return "\"identity\""; }
};

std::vector<double> read_reals(HeaderText& text, const char* name) {
  text.next_field(name);
  std::vector<double> numbers;
  text.list([&] { numbers.push_back(text.real()); });
  return numbers;
}

bool read_flag(HeaderText& text, const char* name) {
  text.next_field(name);
  return text.boolean();
}

Dense read_dense(HeaderText& text) {
  Dense layer;
  text.next_field("units");
  layer.units = text.number();
  layer.use_bias = read_flag(text, "bias");
  text.next_field("activation");
  layer.activation = read_activation(text);
  layer.kernel_initializer = Initializer::kZeros;
  return layer;
}

BatchNormalization read_batch_normalization(HeaderText& text) {
  BatchNormalization layer;
  text.next_field("epsilon");
  layer.epsilon = text.real();
  layer.center = read_flag(text, "center");
  layer.scale = read_flag(text, "scale");
  return layer;
}

Normalization read_normalization(HeaderText& text) {
  Normalization layer;
  layer.invert = read_flag(text, "invert");
  layer.mean = read_reals(text, "mean");
  layer.variance = read_reals(text, "variance");
  return layer;
}

ColumnSelection read_column_selection(HeaderText& text) {
  ColumnSelection layer;
  text.next_field("columns");
  text.list([&] { layer.columns.push_back(text.number()); });
  return layer;
}

ActivationLayer read_activation_layer(HeaderText& text) {
  text.next_field("activation");
  return {read_activation(text)};
}

Layer read_layer(HeaderText& text) {
  text.expect('{');
  text.field("kind");
  const std::string kind = text.string();
  Layer layer = ActivityRegularization{};
  if (kind == "dense")
    layer = read_dense(text);
  else if (kind == "activation")
    layer = read_activation_layer(text);
  else if (kind == "batch_normalization")
    layer = read_batch_normalization(text);
  else if (kind == "normalization")
    layer = read_normalization(text);
  else if (kind == "column_selection")
    layer = read_column_selection(text);
  else
    text.require(kind == "identity", "the kind of a layer must stand");
  text.expect('}');
  return layer;
}

std::vector<std::string> read_names(HeaderText& text, const char* name) {
  text.next_field(name);
  std::vector<std::string> names;
  text.list([&] { names.push_back(decoded(text)); });
  return names;
}

void check_network(const NetworkText& network, const std::string& path) {
  check(network.inputs <= kMaxInputs, "[load] there must be at most ", kMaxInputs, " inputs, ", path, " has ",
        network.inputs);
  try {
    check_layers(network.inputs, network.layers);
  } catch (const InvalidInput& error) {
    throw InvalidInput(sentence("[load] the layers must make a network, ", path, ": ", error.what()));
  }
  const PredictorInfo& info = network.info;
  check(info.input_names.empty() || info.input_names.size() == network.inputs,
        "[load] there must be a name for each of ", network.inputs, " inputs, ", path, " has ",
        info.input_names.size());
}

}  // namespace

std::string network_text(const NetworkText& network) {
  const PredictorInfo& info = network.info;
  return sentence(
      "{\"dtype\":\"", network.is_double ? "F64" : "F32", "\",\"inputs\":", network.inputs, ",\"layers\":",
      list_of(network.layers, [](const Layer& layer) { return "{\"kind\":" + std::visit(LayerText{}, layer) + "}"; }),
      ",\"input_names\":", list_of(info.input_names, encoded), ",\"classes\":", list_of(info.classes, encoded),
      ",\"class_kind\":", quoted(info.class_kind), ",\"several_labels\":", flag(info.several_labels), "}");
}

NetworkText read_network_text(std::string_view given, const std::string& path) {
  const std::string where = path + " (description of the network)";
  HeaderText text(given, where, 0);
  NetworkText network;
  text.expect('{');
  text.field("dtype");
  const std::string type = text.string();
  text.require(type == "F32" || type == "F64", "F32 or F64 must stand");
  network.is_double = type == "F64";
  text.next_field("inputs");
  network.inputs = text.number();
  text.next_field("layers");
  text.list([&] { network.layers.push_back(read_layer(text)); });
  network.info.input_names = read_names(text, "input_names");
  network.info.classes = read_names(text, "classes");
  text.next_field("class_kind");
  network.info.class_kind = text.string();
  network.info.several_labels = read_flag(text, "several_labels");
  text.expect('}');
  text.end();
  check_network(network, path);
  return network;
}

}  // namespace proxnet
