"""Video files to numbered PNG files and back, where there is no melt: PyAV, whose wheel brings FFmpeg's libraries.

    video.py decode CLIP PATTERN FRAMES
    video.py encode PATTERN FRAMES FILE CODEC

PATTERN is a file name with %04d in it, counted from 0; CODEC is h264 or prores (4444, with alpha). 25 frames a second.
"""

import sys
from fractions import Fraction

import av

RATE = 25
CODECS = {
    "h264": ("libx264", "yuv420p", {"crf": "18", "preset": "fast"}),
    "prores": ("prores_ks", "yuva444p10le", {"profile": "4444", "vendor": "apl0", "alpha_bits": "8"}),
}


def decode(clip, pattern, frames):
    with av.open(clip) as source:
        for number, frame in zip(range(frames), source.decode(video=0)):
            with av.open(pattern % number, "w", format="image2", options={"update": "1"}) as target:
                stream = target.add_stream("png", rate=RATE)
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "rgb24"
                picture = frame.reformat(format="rgb24", src_colorspace="ITU709")
                picture.pts, picture.time_base = 0, Fraction(1, RATE)
                target.mux(stream.encode(picture))
                target.mux(stream.encode(None))


def encode(pattern, frames, file, codec):
    encoder, pixels, options = CODECS[codec]
    with av.open(file, "w") as target:
        stream = None
        for number in range(frames):
            with av.open(pattern % number) as source:
                frame = next(source.decode(video=0))
            if stream is None:
                stream = target.add_stream(encoder, rate=RATE, options=options)
                stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, pixels
                # Without these, players guess the matrix.
                context = stream.codec_context
                context.colorspace, context.color_range = 1, 1
                context.color_primaries, context.color_trc = 1, 1
            picture = frame.reformat(format=pixels, dst_colorspace="ITU709")
            picture.pts, picture.time_base = number, Fraction(1, RATE)
            target.mux(stream.encode(picture))
        target.mux(stream.encode(None))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["decode", clip, pattern, frames]:
            decode(clip, pattern, int(frames))
        case ["encode", pattern, frames, file, codec]:
            encode(pattern, int(frames), file, codec)
        case _:
            sys.exit(__doc__)
