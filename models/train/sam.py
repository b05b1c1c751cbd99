"""The plugin's own SAM, for guidance as it really is: logits of the 256 grid for prompts taken from a known alpha."""
import cv2
import numpy as np

MEAN = np.array([123.675, 116.28, 103.53], np.float32)
STD = np.array([58.395, 57.12, 57.375], np.float32)
SIDE = 1024
GRID = 256


class Sam:
    def __init__(self, models, threads=1):
        import onnxruntime  # what only draws and trains does without it

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        opened = lambda name: onnxruntime.InferenceSession(f"{models}/{name}", options, providers=["CPUExecutionProvider"])
        self.encoder = opened("mobile_sam_encoder.onnx")
        self.decoder = opened("mobile_sam_decoder.onnx")

    def embed(self, rgb):
        """The embedding of an RGB picture (uint8 [h, w, 3])."""
        height, width = rgb.shape[:2]
        factor = SIDE / max(height, width)
        size = (round(width * factor), round(height * factor))
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
        planes = np.zeros((1, 3, SIDE, SIDE), np.float32)
        planes[0, :, :size[1], :size[0]] = ((small - MEAN) / STD).transpose(2, 0, 1)
        return self.encoder.run(None, {"input": planes})[0]

    def logits(self, embedding, shape, points, box):
        """Logits f32 [h, w] for points ((x, y), included) and a box (x0, y0, x1, y1) in the picture's pixels: the part of the
        grid that shows the picture."""
        factor = SIDE / max(shape)
        places = [point for point, _ in points] + [box[:2], box[2:]]
        labels = [1. if included else 0. for _, included in points] + [2., 3.]
        answer = self.decoder.run(["low_res_masks"], {
            "image_embeddings": embedding,
            "point_coords": np.array([places], np.float32) * factor,
            "point_labels": np.array([labels], np.float32),
            "mask_input": np.zeros((1, 1, GRID, GRID), np.float32),
            "has_mask_input": np.zeros(1, np.float32),
        })[0]
        return answer[0, 0]


def prompts(alpha, rng=None):
    """A point well inside and the box of an alpha (f32 [h, w]), loose by up to 5 % with an `rng`."""
    hard = (alpha > .5).astype(np.uint8)
    ys, xs = np.nonzero(hard)
    depth = cv2.distanceTransform(np.pad(hard, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    box = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1], float)
    if rng is not None:
        box += rng.normal(0, .025, 4) * np.array([box[2] - box[0], box[3] - box[1]] * 2)
    return [((x, y), True)], box


def upsample(logits, shape):
    """Logits of the grid brought to a picture's size, as the plugin does: bilinear, the centres of cells lie within pixels."""
    height, width = shape
    cells = GRID / max(shape)
    xs = (np.arange(width, dtype=np.float32) + .5) * cells - .5
    ys = (np.arange(height, dtype=np.float32) + .5) * cells - .5
    return cv2.remap(logits, *np.meshgrid(xs, ys), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def sigmoid(values):
    return 1 / (1 + np.exp(-np.clip(values, -30, 30)))
