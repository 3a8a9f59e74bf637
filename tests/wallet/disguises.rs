//! Card numbers as people write them, by accident or to get past a check. Shared by the rule that
//! finds them and by the test that sends each through every text of the wallets' commands.

/// Texts with a card number in them.
pub(crate) const DISGUISES: &[&str] = &[
    // As it is, and as it is grouped.
    "4111111111111111",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111.1111.1111.1111",
    "4111/1111/1111/1111",
    "4111_1111_1111_1111",
    "4111,1111,1111,1111",
    "4111:1111:1111:1111",
    "4111|1111|1111|1111",
    "(4111)(1111)(1111)(1111)",
    "4111*1111*1111*1111",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "4111  1111 -- 1111 .. 1111",
    "4111\n1111\t1111\r\n1111",
    "4111\u{a0}1111\u{202f}1111\u{2009}1111",
    "4111\u{2010}1111\u{2013}1111\u{2014}1111",
    "4111\u{3000}1111\u{30fb}1111\u{3002}1111",
    // Invisible: zero width, joiners, soft hyphens, marks of direction, variation selectors.
    "4111\u{200b}1111\u{200c}1111\u{200d}1111",
    "4111\u{feff}1111\u{2060}1111\u{ad}1111",
    "4111\u{202e}1111\u{200f}1111\u{2066}1111",
    "4\u{fe0f}1\u{fe0f}1\u{fe0f}1\u{fe0f}1111\u{20e3}1111\u{20e3}1111\u{20e3}",
    "4\u{301}1\u{301}1\u{301}1\u{301}111111111111",
    "4\u{5b0}111\u{903}1111\u{93e}1111\u{345}1111",
    // Other digits: full width, Arabic-Indic, Persian, Devanagari, Bengali, Thai, Tibetan,
    // N'Ko, Myanmar, Khmer, Mongolian, Adlam, mathematical, segmented.
    "４１１１１１１１１１１１１１１１",
    "٤١١١١١١١١١١١١١١١",
    "۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱",
    "४१११११११११११११११",
    "৪১১১১১১১১১১১১১১১",
    "๔๑๑๑๑๑๑๑๑๑๑๑๑๑๑๑",
    "༤༡༡༡༡༡༡༡༡༡༡༡༡༡༡༡",
    "߄߁߁߁߁߁߁߁߁߁߁߁߁߁߁߁",
    "၄၁၁၁၁၁၁၁၁၁၁၁၁၁၁၁",
    "៤១១១១១១១១១១១១១១១",
    "᠔᠑᠑᠑᠑᠑᠑᠑᠑᠑᠑᠑᠑᠑᠑᠑",
    "𞥔𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑",
    "𝟒𝟏𝟏𝟏𝟙𝟙𝟙𝟙𝟣𝟣𝟣𝟣𝟷𝟷𝟷𝟷",
    "🯴🯱🯱🯱🯱🯱🯱🯱🯱🯱🯱🯱🯱🯱🯱🯱",
    "⁴¹¹¹ ₁₁₁₁ ①①①① ⑴⑴⑴⑴",
    "4١१1 ๑1１1 1111 1111",
    // In the midst of other things.
    "my card 5500005555555559, thanks",
    "tok_378282246310005_x",
    "6304000000000000000",
    "4222222222222",
    "4111 1111 1111 1111 12 27 123",
    "room 12 4111 1111 1111 1111",
    "99994111111111111111999999",
    "0000000000041111111111111110000000000000",
    "550e8400-e29b-41d4-a716-446655440000 4111 1111 1111 1111",
    "4111111111111111abc",
];

/// The one of them that is taken as the number of a document: cards of 13 digits are no longer
/// issued, and licences of 13 are.
pub(crate) const LIKE_A_LICENCE: &str = "4222222222222";
