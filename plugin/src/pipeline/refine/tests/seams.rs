//! Tiles put together are the whole.

use super::network::Answers;
use super::*;

/// Compares the network's alpha over a narrow band with that over a wide one, which is one run; in how many runs it was made.
fn compare(size: [usize; 2], wide: f32, narrow: f32) -> usize {
    let (still, plane) = (Still::noise(size), disc(size, size[1] as f32 * 0.3, 2.0));
    let source = still.view();
    let eye = SourceColour::Srgb.eye(0.0);
    let threads = pool(2);
    let at = |width: f32| {
        let fake = Fake::default();
        let band = Band::of(&plane, size, half_width(Edge { width, detail: 1.0 }, &plane));
        let scale = network::working_scale(size, cell(&plane, size));
        let picture = Picture::new(&source, &eye);
        let tiles = Answers::new(picture, &plane, scale, &fake, &threads).over(&band, &|| false).unwrap();
        (tiles, fake.runs.load(Ordering::SeqCst))
    };
    let ((whole, one), (tiled, many)) = (at(wide), at(narrow));
    assert_eq!(one, 1, "the whole is one run");
    assert!(tiled.kept().len() > 20, "{}", tiled.kept().len());
    for (number, place) in tiled.kept().iter().enumerate() {
        let same = whole.number(*place).map(|number| whole.tile(number));
        assert!(same == Some(tiled.tile(number)), "{size:?}: tile {place:?}");
    }
    many
}

#[test]
fn tiles_of_the_network_are_the_whole() {
    // Neither size is a multiple of the alignment.
    assert_eq!(compare([1250, 777], 900.0, 30.0), 1);
    compare([1030, 950], 900.0, 15.0);
}

#[test]
fn runs_cover_every_tile_with_its_surroundings_and_stay_small() {
    for (size, radius) in
        [([1920, 1080], 400.0), ([2048, 1152], 500.0), ([1500, 2000], 60.0), ([70, 50], 20.0)]
    {
        let plane = disc(size, radius, 1.0);
        let tiles = Tiles::of(&Band::of(&plane, size, None), Scale::whole(size)).unwrap();
        let limits = Limits::of(network::enlargement(size));
        let runs = cover::cover(tiles.kept(), size, limits);
        for [column, row] in tiles.kept() {
            let run =
                runs.iter().find(|run| run.tiles[0].contains(column) && run.tiles[1].contains(row)).unwrap();
            let pixels = tiles.pixels([*column, *row]);
            for axis in 0..2 {
                let (seen, own) = (&run.pixels[axis], &pixels[axis]);
                assert!(seen.start == 0 || seen.start + limits.reach <= own.start);
                assert!(seen.end >= size[axis] || seen.end >= own.end + limits.reach);
                assert!(seen.start.is_multiple_of(ALIGNMENT) && seen.len().is_multiple_of(ALIGNMENT));
            }
        }
        let seen: usize = runs.iter().map(|run| run.pixels[0].len() * run.pixels[1].len()).sum();
        assert!(runs.iter().all(|run| run.pixels[0].len() * run.pixels[1].len() <= limits.most));
        let frame = size[0].next_multiple_of(ALIGNMENT) * size[1].next_multiple_of(ALIGNMENT);
        println!("{size:?}: {} runs, {:.2} of the frame", runs.len(), seen as f64 / frame as f64);
        assert!(seen as f64 <= 1.45 * frame as f64, "{seen} of {frame}");
    }
}

#[test]
fn parts_of_the_guided_filter_are_the_whole() {
    const SIZE: [usize; 2] = [1200, 900];
    let still = Still::noise(SIZE);
    let source = still.view();
    let eye = SourceColour::Srgb.eye(0.0);
    let scale = Scale { frame: SIZE, factor: [2, 3] };
    let model = Model { picture: Picture::new(&source, &eye), scale, radius: [7, 5], epsilon: 1e-4 };
    let rough = |y: usize, xs: Range<usize>, out: &mut [f32]| {
        xs.zip(out).for_each(|(x, out)| *out = f32::from(noise(x / 9, y / 7, 5)) / 255.0);
    };
    let whole = model.fit(0..600, 0..300, &rough).unwrap();
    let (mut line, mut colours) = (Vec::new(), vec![[0.0; 3]; 128]);
    for (columns, rows) in [(0..70, 0..40), (300..366, 100..180), (535..600, 260..300), (1..68, 7..60)] {
        let part = model.fit(columns.clone(), rows.clone(), &rough).unwrap();
        let (x, last) = ((columns.start + 1) * 2, (rows.end - 1) * 3);
        let (mut a, mut b) = ([0.0; 128], [0.0; 128]);
        for y in (rows.start + 1) * 3..last {
            model.picture.row(Scale::whole(SIZE), y, x..x + 128, &mut line, &mut colours);
            whole.apply(y, x, &colours, &mut a);
            part.apply(y, x, &colours, &mut b);
            for (a, b) in a.iter().zip(b) {
                assert!((a - b).abs() < 2e-4, "{columns:?} {rows:?}: {a} {b}");
            }
        }
    }
}

#[test]
fn the_guided_filter_is_that_of_the_formula() {
    const SIZE: [usize; 2] = [40, 30];
    let still = Still::noise(SIZE);
    let source = still.view();
    let eye = SourceColour::Srgb.eye(0.0);
    let scale = Scale::whole(SIZE);
    let model = Model { picture: Picture::new(&source, &eye), scale, radius: [3, 2], epsilon: 1e-3 };
    let rough = |y: usize, xs: Range<usize>, out: &mut [f32]| {
        xs.zip(out).for_each(|(x, out)| *out = f32::from(noise(x / 9, y / 7, 5)) / 255.0);
    };
    let colour = |x: usize, y: usize| [0, 1, 2].map(|c| f64::from(still.rgb[(y * 40 + x) * 3 + c]) / 255.0);
    let mut alpha = vec![0.0_f32; 40];
    let window = |x: usize, y: usize| {
        let (xs, ys) = (x.saturating_sub(3)..(x + 4).min(40), y.saturating_sub(2)..(y + 3).min(30));
        ys.flat_map(move |y| xs.clone().map(move |x| (x, y))).collect::<Vec<_>>()
    };
    let p = |x: usize, y: usize| f64::from(noise(x / 9, y / 7, 5)) / 255.0;
    // a and b of a window, by Gauss' elimination in double precision.
    let fit = |x: usize, y: usize| {
        let pixels = window(x, y);
        let n = pixels.len() as f64;
        let mean = |f: &dyn Fn(usize, usize) -> f64| pixels.iter().map(|(x, y)| f(*x, *y)).sum::<f64>() / n;
        let mu = [0, 1, 2].map(|c| mean(&|x, y| colour(x, y)[c]));
        let bar = mean(&p);
        let mut rows = [0, 1, 2].map(|i| {
            let mut row = [0.0; 4];
            for (j, value) in row.iter_mut().enumerate().take(3) {
                *value = mean(&|x, y| colour(x, y)[i] * colour(x, y)[j]) - mu[i] * mu[j];
            }
            row[i] += 1e-3;
            row[3] = mean(&|x, y| colour(x, y)[i] * p(x, y)) - mu[i] * bar;
            row
        });
        for i in 0..3 {
            rows[i] = rows[i].map(|value| value / rows[i][i]);
            for j in (0..3).filter(|j| *j != i) {
                let share = rows[j][i];
                let pivot = rows[i];
                rows[j].iter_mut().zip(pivot).for_each(|(value, of_pivot)| *value -= share * of_pivot);
            }
        }
        let a = rows.map(|row| row[3]);
        [a[0], a[1], a[2], bar - a[0] * mu[0] - a[1] * mu[1] - a[2] * mu[2]]
    };
    let fitted = model.fit(0..40, 0..30, &rough).unwrap();
    for y in [0, 1, 14, 29] {
        let colours: Vec<[f32; 3]> = (0..40).map(|x| colour(x, y).map(|value| value as f32)).collect();
        fitted.apply(y, 0, &colours, &mut alpha);
        for (x, alpha) in alpha.iter().enumerate() {
            let pixels = window(x, y);
            let expected: f64 = pixels
                .iter()
                .map(|(i, j)| {
                    let ([a, b, c, d], [r, g, blue]) = (fit(*i, *j), colour(x, y));
                    a * r + b * g + c * blue + d
                })
                .sum::<f64>()
                / pixels.len() as f64;
            assert!((f64::from(*alpha) - expected).abs() < 1e-4, "{x} {y}: {alpha} {expected}");
        }
    }
}

#[test]
fn colours_on_one_line_are_fitted_too() {
    // Black and white, and so dark that there is little to see.
    const SIZE: [usize; 2] = [64, 40];
    for (dark, bright) in
        [([0; 3], [255; 3]), ([255; 3], [0; 3]), ([0; 3], [12; 3]), ([250, 250, 0], [255, 255, 0])]
    {
        let still = Still::new(SIZE, |x, _| if x < 30 { dark } else { bright });
        let source = still.view();
        let eye = SourceColour::Srgb.eye(0.0);
        let scale = Scale::whole(SIZE);
        let rough = |_: usize, xs: Range<usize>, out: &mut [f32]| {
            xs.zip(out).for_each(|(x, out)| *out = if x < 30 { 0.1 } else { 0.9 });
        };
        for epsilon in [GUIDED_EPSILON, UPSAMPLING_EPSILON] {
            let model = Model { picture: Picture::new(&source, &eye), scale, radius: [4; 2], epsilon };
            let fitted = model.fit(0..SIZE[0], 0..SIZE[1], &rough).unwrap();
            let (mut line, mut colours, mut alpha) = (Vec::new(), [[0.0; 3]; SIZE[0]], [0.0; SIZE[0]]);
            model.picture.row(scale, 20, 0..SIZE[0], &mut line, &mut colours);
            fitted.apply(20, 0, &colours, &mut alpha);
            for (x, alpha) in alpha.iter().enumerate() {
                let (least, most) = if x < 30 { (0.09, 0.5) } else { (0.5, 0.91) };
                assert!((least..=most).contains(alpha), "{dark:?} {bright:?} {epsilon} {x}: {alpha}");
            }
        }
    }
}
