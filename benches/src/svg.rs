//! A horizontal bar chart as SVG text, readable on light and dark pages. Knows nothing of benchmarks.

use std::fmt::Write;

const WIDTH: f64 = 760.0;
const MARGIN: f64 = 20.0;
/// Room for names left of the bars.
const NAMES_WIDTH: f64 = 230.0;
/// Room for values right of the longest bar.
const VALUES_WIDTH: f64 = 90.0;
/// Where the first bar begins: title and subtitle are above.
const TOP: f64 = 72.0;
const BAR_HEIGHT: f64 = 20.0;
const BAR_STEP: f64 = 32.0;

/// The picture has a ground of its own, so that it can be read whatever page it lies on; it follows the reader's light or dark.
const STYLE: &str = "\
.ground{fill:#ffffff;stroke:#d0d7de}.text{fill:#1f2328}.faint{fill:#59636e}.bar{fill:#8c959f}.own{fill:#0969da}\
.range{stroke:#1f2328;stroke-width:1.5;fill:none}text{font:14px system-ui,sans-serif}.title{font-weight:600;font-size:15px}\
@media(prefers-color-scheme:dark){.ground{fill:#0d1117;stroke:#3d444d}.text{fill:#f0f6fc}.faint{fill:#9198a1}.bar{fill:#656c76}\
.own{fill:#4493f8}.range{stroke:#f0f6fc}}";

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Chart {
    /// First line.
    pub title: String,
    /// Second line: what the values are, and which way is better.
    pub subtitle: String,
    /// From top to bottom.
    pub bars: Vec<Bar>,
}

/// One value.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Left of it.
    pub name: String,
    /// Its length; not negative.
    pub value: f64,
    /// Right of it.
    pub label: String,
    /// Where the value surely lies, if that is known.
    pub range: Option<(f64, f64)>,
    /// Whether it stands out.
    pub is_own: bool,
}

impl Chart {
    /// The whole file.
    pub fn render(&self) -> String {
        let height = TOP + BAR_STEP * self.bars.len() as f64 + MARGIN / 2.0;
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" width=\"{WIDTH:.0}\" \
             height=\"{height:.0}\" role=\"img\" aria-label=\"{}\">\n<style>{STYLE}</style>\n\
             <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{:.0}\" height=\"{:.0}\" rx=\"6\"/>\n",
            escape(&self.description()),
            WIDTH - 1.0,
            height - 1.0
        );
        text += &line(MARGIN, 30.0, "text title", "start", &self.title);
        text += &line(MARGIN, 50.0, "faint", "start", &self.subtitle);
        let longest = self.bars.iter().map(Bar::end).fold(0.0, f64::max);
        // Without any length all bars are empty.
        let scale = if longest > 0.0 { (WIDTH - 2.0 * MARGIN - NAMES_WIDTH - VALUES_WIDTH) / longest } else { 0.0 };
        for (index, bar) in self.bars.iter().enumerate() {
            text += &bar.render(TOP + BAR_STEP * index as f64, scale);
        }
        text + "</svg>\n"
    }

    /// The chart in words, for those who do not see it.
    fn description(&self) -> String {
        let bars: Vec<String> = self.bars.iter().map(|bar| format!("{} {}", bar.name, bar.label)).collect();
        format!("{}, {}: {}", self.title, self.subtitle, bars.join(", "))
    }
}

impl Bar {
    fn end(&self) -> f64 {
        self.range.map_or(self.value, |(_, high)| high.max(self.value))
    }

    fn render(&self, top: f64, scale: f64) -> String {
        let left = MARGIN + NAMES_WIDTH;
        let baseline = top + BAR_HEIGHT / 2.0 + 5.0;
        let mut text = line(left - 10.0, baseline, "text", "end", &self.name);
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "<rect class=\"{}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{BAR_HEIGHT:.1}\" rx=\"2\"/>",
            if self.is_own { "own" } else { "bar" },
            self.value * scale
        );
        if let Some((low, high)) = self.range {
            let (low, high, middle) = (left + low * scale, left + high * scale, top + BAR_HEIGHT / 2.0);
            let (above, below) = (middle - 5.0, middle + 5.0);
            let _ = writeln!(
                text,
                "<path class=\"range\" d=\"M{low:.1} {above:.1}V{below:.1}M{low:.1} {middle:.1}H{high:.1}M{high:.1} {above:.1}V{below:.1}\"/>"
            );
        }
        text + &line(left + self.end() * scale + 8.0, baseline, "text", "start", &self.label)
    }
}

fn line(x: f64, y: f64, class: &str, anchor: &str, content: &str) -> String {
    let content = escape(content);
    format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{content}</text>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{Bar, Chart, MARGIN, NAMES_WIDTH, VALUES_WIDTH, WIDTH};

    fn bar(name: &str, value: f64, range: Option<(f64, f64)>) -> Bar {
        Bar { name: name.to_owned(), value, label: format!("{value:.0}"), range, is_own: name == "ours" }
    }

    fn render(bars: Vec<Bar>) -> String {
        Chart { title: "A < B & \"C\"".to_owned(), subtitle: "more is better".to_owned(), bars }.render()
    }

    fn number(text: &str, before: &str) -> f64 {
        let start = text.find(before).expect(before) + before.len();
        text[start..].split('"').next().expect("a quote").parse().expect("a number")
    }

    #[test]
    fn the_longest_bar_with_its_range_fills_the_room_and_the_others_are_in_proportion() {
        let room = WIDTH - 2.0 * MARGIN - NAMES_WIDTH - VALUES_WIDTH;
        let text = render(vec![bar("ours", 50.0, Some((40.0, 100.0))), bar("theirs", 25.0, None)]);
        let (first, second) = text.split_once("theirs</text>").expect("two bars");

        let width = |text: &str, class: &str| {
            number(&text[text.find(&format!("class=\"{class}\" x=\"250")).expect(class)..], "width=\"")
        };
        assert!((width(first, "own") - room / 2.0).abs() < 0.1);
        assert!((width(second, "bar") - room / 4.0).abs() < 0.1);
        assert!(first.contains("class=\"range\"") && !second.contains("class=\"range\""));
    }

    #[test]
    fn what_stands_in_it_is_escaped() {
        let text = render(vec![bar("<script>", 1.0, None)]);

        assert!(text.contains("A &lt; B &amp; &quot;C&quot;") && text.contains("&lt;script&gt;"));
        assert!(!text.contains("<script>"));
    }

    #[test]
    fn every_element_is_closed() {
        let text = render(vec![bar("ours", 3.0, Some((1.0, 4.0))), bar("theirs", 0.0, None)]);
        let opened = ["<svg ", "<style>", "<text "].map(|tag| text.matches(tag).count());
        let closed = ["</svg>", "</style>", "</text>"].map(|tag| text.matches(tag).count());

        assert_eq!(opened, closed);
        let alone = text.matches("<rect ").count() + text.matches("<path ").count();
        assert_eq!(text.matches("/>").count(), alone);
        assert!(!text.contains("NaN") && !text.contains("inf"));
    }

    #[test]
    fn bars_without_length_are_drawn_empty() {
        assert!(render(vec![bar("ours", 0.0, None)]).contains("width=\"0.0\""));
    }

    #[test]
    fn both_colour_schemes_have_their_colours() {
        let text = render(vec![]);

        assert!(text.contains("prefers-color-scheme:dark") && text.contains("class=\"ground\""));
    }
}
