//! The figures of an evaluation, as JSON and as a table.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use super::EvaluateError;
use super::following::{Correction, Segment};
use super::metrics::FrameMetrics;
use super::metrics::edge_flicker::EdgeFlicker;
use super::rivals::Rival;

/// Mean figures. J and F are in 0..1, larger is better; errors are in thousandths, times in
/// seconds. `None` (JSON `null`) where there is nothing to measure: dtSSD and edge flicker of stills, the
/// band of a truth without edge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Region similarity.
    pub j: Option<f64>,
    /// Boundary accuracy.
    pub f: Option<f64>,
    /// Mean absolute difference.
    pub mad: Option<f64>,
    /// Mean squared difference.
    pub mse: Option<f64>,
    /// Gradient error.
    pub grad: Option<f64>,
    /// Connectivity error.
    pub conn: Option<f64>,
    /// Mean absolute difference in the edge band.
    pub mad_band: Option<f64>,
    /// Gradient error in the edge band.
    pub grad_band: Option<f64>,
    /// Flicker against the truth's own motion.
    pub dtssd: Option<f64>,
    /// Render time of a frame that is new to the plugin.
    pub seconds_cold: Option<f64>,
    /// Render time of a known frame with a new prompt.
    pub seconds_warm: Option<f64>,
    /// Time to track a frame.
    pub seconds_track: Option<f64>,
    /// The mean of J and F.
    pub jf: Option<f64>,
    /// Flicker of the edge along the motion ([`edge_flicker`](super::metrics::edge_flicker)).
    pub edge_flicker: Option<f64>,
    /// The same of a matte that does not change along the motion.
    pub edge_flicker_still: Option<f64>,
    /// Error far from the edge ([`far`](super::metrics::far)), known where rivals are compared.
    pub far: Option<f64>,
}

/// Column titles of the table with the reader of each figure, and its decimals.
type Column = (&'static str, fn(&Figures) -> Option<f64>, usize);
const COLUMNS: [Column; 16] = [
    ("J", |f| f.j, 3),
    ("F", |f| f.f, 3),
    ("J&F", |f| f.jf, 3),
    ("MAD", |f| f.mad, 2),
    ("MSE", |f| f.mse, 2),
    ("Grad", |f| f.grad, 2),
    ("Conn", |f| f.conn, 2),
    ("MAD band", |f| f.mad_band, 2),
    ("Grad band", |f| f.grad_band, 2),
    ("dtSSD", |f| f.dtssd, 2),
    ("flicker", |f| f.edge_flicker, 2),
    ("still", |f| f.edge_flicker_still, 2),
    ("far", |f| f.far, 3),
    ("cold s", |f| f.seconds_cold, 3),
    ("warm s", |f| f.seconds_warm, 3),
    ("track s", |f| f.seconds_track, 3),
];

/// One frame as measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FrameFigures {
    /// Matte against truth.
    pub metrics: FrameMetrics,
    /// dtSSD to the frame before; `None` for the first.
    pub dtssd: Option<f64>,
    /// Edge flicker against the frame before; `None` for the first, and where there is no edge.
    pub edge_flicker: Option<EdgeFlicker>,
    /// Error far from the edge; `None` without rivals, and where nothing is far.
    pub far: Option<f64>,
    /// Seconds of the first render; `None` of a rival, which comes after it.
    pub seconds_cold: Option<f64>,
    /// Seconds of the render after a nudge; `None` without prompts, and after tracking.
    pub seconds_warm: Option<f64>,
    /// Seconds of its share of tracking, when it was tracked.
    pub seconds_track: Option<f64>,
}

impl From<FrameFigures> for Figures {
    fn from(frame: FrameFigures) -> Self {
        let m = frame.metrics;
        Self {
            j: Some(m.j),
            f: Some(m.f),
            mad: Some(m.mad),
            mse: Some(m.mse),
            grad: Some(m.grad),
            conn: Some(m.conn),
            mad_band: m.mad_band,
            grad_band: m.grad_band,
            dtssd: frame.dtssd,
            seconds_cold: frame.seconds_cold,
            seconds_warm: frame.seconds_warm,
            seconds_track: frame.seconds_track,
            jf: Some((m.j + m.f) / 2.0),
            edge_flicker: frame.edge_flicker.map(|flicker| flicker.matte),
            edge_flicker_still: frame.edge_flicker.map(|flicker| flicker.still),
            far: frame.far,
        }
    }
}

impl Figures {
    /// The mean of each figure over those that have it.
    #[must_use]
    pub fn mean(all: &[Self]) -> Self {
        let mean = |read: fn(&Self) -> Option<f64>| {
            let values: Vec<f64> = all.iter().filter_map(read).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        Self {
            j: mean(|f| f.j),
            f: mean(|f| f.f),
            mad: mean(|f| f.mad),
            mse: mean(|f| f.mse),
            grad: mean(|f| f.grad),
            conn: mean(|f| f.conn),
            mad_band: mean(|f| f.mad_band),
            grad_band: mean(|f| f.grad_band),
            dtssd: mean(|f| f.dtssd),
            seconds_cold: mean(|f| f.seconds_cold),
            seconds_warm: mean(|f| f.seconds_warm),
            seconds_track: mean(|f| f.seconds_track),
            jf: mean(|f| f.jf),
            edge_flicker: mean(|f| f.edge_flicker),
            edge_flicker_still: mean(|f| f.edge_flicker_still),
            far: mean(|f| f.far),
        }
    }
}

/// The figures of one folder: means over its frames.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FolderReport {
    /// The folder's name.
    pub name: String,
    /// How many frames (or stills) were rendered.
    pub frames: usize,
    /// The means.
    #[serde(flatten)]
    pub figures: Figures,
    /// What a correction changed, in each clip where there was one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Correction>,
    /// The same figures of the rivals, by their names.
    #[serde(rename = "compare", serialize_with = "by_name", skip_serializing_if = "Vec::is_empty")]
    pub rivals: Vec<(Rival, Figures)>,
}

fn by_name<S: serde::Serializer>(rivals: &[(Rival, Figures)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(rivals.iter().map(|(rival, figures)| (rival.name(), figures)))
}

/// All folders, and the mean of the folders: each counts once, however long it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// One entry for each folder.
    pub folders: Vec<FolderReport>,
    /// Mean of the entries.
    pub mean: Figures,
    /// Whether the effect found the subject, in place of prompts from the truth.
    pub automatic: bool,
    /// Mean of the entries of each rival that all folders have.
    #[serde(rename = "compare", serialize_with = "by_name", skip_serializing_if = "Vec::is_empty")]
    pub rivals: Vec<(Rival, Figures)>,
}

impl Report {
    /// The report of these folders, with prompts from the truth.
    #[must_use]
    pub fn new(folders: Vec<FolderReport>) -> Self {
        let mean = Figures::mean(&folders.iter().map(|f| f.figures).collect::<Vec<_>>());
        let of_rival = |wanted: &Rival| -> Option<Figures> {
            let of_folder = |folder: &FolderReport| {
                folder.rivals.iter().find(|(rival, _)| rival == wanted).map(|(_, figures)| *figures)
            };
            Some(Figures::mean(&folders.iter().map(of_folder).collect::<Option<Vec<_>>>()?))
        };
        let known = folders.first().map(|folder| folder.rivals.as_slice()).unwrap_or_default();
        let rivals = known.iter().filter_map(|(rival, _)| Some((*rival, of_rival(rival)?))).collect();
        Self { folders, mean, automatic: false, rivals }
    }

    /// Writes the report as JSON.
    ///
    /// # Errors
    /// [`EvaluateError::Report`] when the file cannot be written.
    pub fn save_json(&self, path: &Path) -> Result<(), EvaluateError> {
        serde_json::to_vec_pretty(self)
            .map_err(std::io::Error::from)
            .and_then(|json| std::fs::write(path, json))
            .map_err(|source| EvaluateError::Report { path: path.to_owned(), source })
    }

    /// The report as text: a line for each folder, one for the mean, and one for each correction.
    #[must_use]
    pub fn table(&self) -> String {
        let rivals = |rivals: &[(Rival, Figures)]| -> Vec<(String, Figures)> {
            rivals.iter().map(|(rival, figures)| (format!("  {}", rival.name()), *figures)).collect()
        };
        let names = self
            .folders
            .iter()
            .flat_map(|f| rivals(&f.rivals).into_iter().map(|(name, _)| name).chain([f.name.clone()]));
        let name_width = names.map(|name| name.chars().count()).max().unwrap_or(0).max(6);
        let mut table = format!("{:name_width$} {:>6}", "folder", "frames");
        for (title, ..) in COLUMNS {
            let _ = write!(table, " {title:>9}");
        }
        for folder in &self.folders {
            let _ =
                write!(table, "\n{:name_width$} {:>6}{}", folder.name, folder.frames, cells(&folder.figures));
            for (name, figures) in rivals(&folder.rivals) {
                let _ = write!(table, "\n{name:name_width$} {:>6}{}", "", cells(&figures));
            }
        }
        let frames: usize = self.folders.iter().map(|f| f.frames).sum();
        let _ = write!(table, "\n{:name_width$} {frames:>6}{}", "mean", cells(&self.mean));
        for (name, figures) in rivals(&self.rivals) {
            let _ = write!(table, "\n{name:name_width$} {:>6}{}", "", cells(&figures));
        }
        for folder in &self.folders {
            for Correction { frame, j: [before, after], segments } in &folder.corrections {
                let _ = write!(
                    table,
                    "\n{}: J of corrected frame {frame} {before:.4} -> {after:.4}",
                    folder.name
                );
                for Segment { from, to, j_before, j_after } in segments {
                    let _ = write!(table, "; of frames {from}-{to} {j_before:.4} -> {j_after:.4}");
                }
            }
        }
        table
    }
}

fn cells(figures: &Figures) -> String {
    let cell = |(_, read, decimals): &Column| {
        read(figures).map_or_else(|| format!(" {:>9}", "-"), |value| format!(" {value:>9.decimals$}"))
    };
    COLUMNS.iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, frames: usize, j: f64, dtssd: Option<f64>) -> FolderReport {
        FolderReport {
            name: name.to_owned(),
            frames,
            figures: Figures { j: Some(j), dtssd, ..Figures::default() },
            corrections: Vec::new(),
            rivals: Vec::new(),
        }
    }

    #[test]
    fn each_folder_counts_once_and_gaps_do_not_count() {
        let report = Report::new(vec![folder("a", 50, 0.5, Some(8.0)), folder("b", 1, 1.0, None)]);
        assert_eq!((report.mean.j, report.mean.dtssd, report.mean.mad), (Some(0.75), Some(8.0), None));
    }

    #[test]
    fn the_json_has_the_agreed_names_in_order() {
        let json = serde_json::to_string(&Report::new(vec![folder("a", 2, 0.5, None)])).unwrap();
        let figures = "\"j\":0.5,\"f\":null,\"mad\":null,\"mse\":null,\"grad\":null,\"conn\":null,\
            \"mad_band\":null,\"grad_band\":null,\"dtssd\":null,\"seconds_cold\":null,\"seconds_warm\":null,\
            \"seconds_track\":null,\"jf\":null,\"edge_flicker\":null,\"edge_flicker_still\":null,\"far\":null}";
        let expected = format!(
            "{{\"folders\":[{{\"name\":\"a\",\"frames\":2,{figures}],\"mean\":{{{figures},\"automatic\":false}}"
        );
        assert_eq!(json, expected);
    }

    #[test]
    fn rivals_stand_below_their_folder_and_under_compare() {
        let with = |name: &str, mad: f64| FolderReport {
            rivals: vec![(Rival::SamSoft, Figures { mad: Some(mad), ..Figures::default() })],
            ..folder(name, 1, 0.5, None)
        };
        let report = Report::new(vec![with("a", 4.0), with("b", 8.0)]);
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["folders"][1]["compare"]["sam_soft"]["mad"], 8.0);
        assert_eq!(json["compare"]["sam_soft"]["mad"], 6.0);
        let table = report.table();
        let names: Vec<_> = table.lines().map(|l| l.split_whitespace().next().unwrap()).collect();
        assert_eq!(names, ["folder", "a", "sam_soft", "b", "sam_soft", "mean", "sam_soft"]);
        assert!(Report::new(vec![with("a", 4.0), folder("b", 1, 0.5, None)]).rivals.is_empty());
    }

    #[test]
    fn the_table_has_a_line_for_each_folder_and_the_mean() {
        let table = Report::new(vec![folder("swan", 50, 0.93, Some(8.0)), folder("b", 1, 1.0, None)]).table();
        let lines: Vec<_> = table.lines().map(|l| l.split_whitespace().collect::<Vec<_>>()).collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[1][..4], ["swan", "50", "0.930", "-"]);
        assert_eq!(lines[3][..3], ["mean", "51", "0.965"]);
    }
}
