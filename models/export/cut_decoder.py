"""Cuts SAM's exported decoder before it chooses a mask and enlarges it.

usage: cut_decoder.py SOURCE.onnx RESULT.onnx

The published graph returns one mask in the size of the picture. PromptMatte wants all four candidates as they come out
of the network, so that it can choose, blend and stabilise them itself, and saves the time of the enlargement:

    low_res_masks    f32 [1, 4, 256, 256]  logits
    iou_predictions  f32 [1, 4]            expected intersection over union

Everything behind these two is removed, and with it the input orig_im_size. The result is the same byte for byte
whenever the packages have the versions of requirements.txt.
"""

import sys

import onnx

# The tensors to return, by their names in the published graph.
LOGITS = "/Reshape_9_output_0"
SCORES = "/iou_prediction_head/layers.2/Gemm_output_0"
RENAMED = {LOGITS: "low_res_masks", SCORES: "iou_predictions"}
SHAPES = {LOGITS: [1, 4, 256, 256], SCORES: [1, 4]}


def cut(graph: onnx.GraphProto) -> None:
    """Keeps what LOGITS and SCORES are computed from and makes them the graph's outputs."""
    producers = {output: node for node in graph.node for output in node.output}
    needed, pending = set(), [LOGITS, SCORES]
    while pending:
        name = pending.pop()
        if name in needed:
            continue
        needed.add(name)
        if name in producers:
            pending.extend(producers[name].input)

    nodes = [node for node in graph.node if any(output in needed for output in node.output)]
    inputs = [value for value in graph.input if value.name in needed]
    weights = [weight for weight in graph.initializer if weight.name in needed]
    for node in nodes:
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                names[i] = RENAMED.get(name, name)
    outputs = [
        onnx.helper.make_tensor_value_info(RENAMED[name], onnx.TensorProto.FLOAT, SHAPES[name])
        for name in (LOGITS, SCORES)
    ]
    for field, kept in (("node", nodes), ("input", inputs), ("initializer", weights), ("output", outputs)):
        graph.ClearField(field)
        getattr(graph, field).extend(kept)
    # Shapes of removed tensors; the runtime infers those that it needs.
    graph.ClearField("value_info")


def main() -> None:
    source, result = sys.argv[1:]
    model = onnx.load(source)
    cut(model.graph)
    onnx.checker.check_model(model, full_check=True)
    with open(result, "wb") as file:
        file.write(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
