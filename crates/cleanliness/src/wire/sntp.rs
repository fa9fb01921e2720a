//! One exchange with a time server (RFC 5905 §7.3, §14).

const LENGTH: usize = 48;
/// Seconds from 1900 to 1970.
const ERA: i64 = 2_208_988_800;
/// Client, version 4 (RFC 5905 §7.3).
const CLIENT: u8 = 0x23;

/// What an exchange says of the local clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    /// The server's clock less ours, in microseconds.
    pub offset_us: i64,
    /// Time on the way, in microseconds.
    pub delay_us: i64,
    /// Distance of the server from a reference clock: 1 … 15.
    pub stratum: u8,
}

/// Why bytes are no usable reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SntpError {
    #[error("not 48 octets")]
    Short,
    #[error("the reply belongs to another request")]
    Foreign,
    #[error("the server is not synchronised (leap {leap}, stratum {stratum})")]
    Unsynchronised { leap: u8, stratum: u8 },
}

/// A request. Its transmit time is a random number, so that only who saw it can answer it.
pub(crate) fn request(nonce: u64) -> Vec<u8> {
    let mut out = vec![0; LENGTH];
    out[0] = CLIENT;
    out[40..].copy_from_slice(&nonce.to_be_bytes());
    out
}

/// Reads the reply; times in microseconds since 1970.
pub(crate) fn sample(
    request: &[u8],
    reply: &[u8],
    sent_us: i64,
    received_us: i64,
) -> Result<Sample, SntpError> {
    if reply.len() < LENGTH || request.len() < LENGTH {
        return Err(SntpError::Short);
    }
    if reply[24..32] != request[40..48] || reply[0] & 7 != 4 {
        return Err(SntpError::Foreign);
    }
    let (leap, stratum) = (reply[0] >> 6, reply[1]);
    if leap == 3 || !(1..=15).contains(&stratum) {
        return Err(SntpError::Unsynchronised { leap, stratum });
    }
    let (arrived, left) = (unix_us(&reply[32..40]), unix_us(&reply[40..48]));
    Ok(Sample {
        offset_us: ((arrived - sent_us) + (left - received_us)) / 2,
        delay_us: (received_us - sent_us) - (left - arrived),
        stratum,
    })
}

/// An NTP time in microseconds since 1970; times before 1968 belong to the next era (RFC 4330 §3).
fn unix_us(field: &[u8]) -> i64 {
    let word = |at: usize| {
        i64::from(u32::from_be_bytes([
            field[at],
            field[at + 1],
            field[at + 2],
            field[at + 3],
        ]))
    };
    let seconds = match word(0) {
        early if early < 0x8000_0000 => early + (1 << 32),
        seconds => seconds,
    };
    (seconds - ERA) * 1_000_000 + ((word(4) * 1_000_000) >> 32)
}

/// The reply of a server whose clock reads `clock_us`: for replayed recordings.
pub(crate) fn reply(request: &[u8], clock_us: i64) -> Vec<u8> {
    let mut out = vec![0; LENGTH];
    out[0] = 0x24;
    out[1] = 2;
    if let Some(nonce) = request.get(40..48) {
        out[24..32].copy_from_slice(nonce);
    }
    let seconds = u32::try_from((clock_us.div_euclid(1_000_000) + ERA) & 0xffff_ffff).unwrap_or(0);
    let part = u32::try_from((clock_us.rem_euclid(1_000_000) << 32) / 1_000_000).unwrap_or(0);
    for at in [32, 40] {
        out[at..at + 4].copy_from_slice(&seconds.to_be_bytes());
        out[at + 4..at + 8].copy_from_slice(&part.to_be_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server half a second ahead, 20 ms on the way; the octets by hand after RFC 5905 figure 8.
    fn packet(nonce: u64) -> Vec<u8> {
        let mut out = vec![0; 48];
        out[0] = 0x24;
        out[1] = 1;
        out[24..32].copy_from_slice(&nonce.to_be_bytes());
        // 2026-01-01T00:00:00Z is 3,976,214,400 s after 1900; half a second is 0x8000_0000
        let time = [0xED, 0x00, 0x37, 0x80, 0x80, 0, 0, 0];
        out[32..40].copy_from_slice(&time);
        out[40..48].copy_from_slice(&time);
        out
    }
    const NEW_YEAR_US: i64 = 1_767_225_600_000_000;

    #[test]
    fn offset_and_delay_are_those_of_the_clocks() {
        let (sent, received) = (NEW_YEAR_US - 10_000, NEW_YEAR_US + 10_000);
        let sample = sample(&request(9), &packet(9), sent, received).unwrap();
        let expected = Sample {
            offset_us: 500_000,
            delay_us: 20_000,
            stratum: 1,
        };
        assert_eq!(sample, expected);
    }

    #[test]
    fn replies_to_others_and_unsynchronised_servers_are_refused() {
        assert_eq!(
            sample(&request(8), &packet(9), 0, 0),
            Err(SntpError::Foreign)
        );
        assert_eq!(
            sample(&request(9), &packet(9)[..47], 0, 0),
            Err(SntpError::Short)
        );
        let mut kiss = packet(9);
        kiss[1] = 0;
        let refused = SntpError::Unsynchronised {
            leap: 0,
            stratum: 0,
        };
        assert_eq!(sample(&request(9), &kiss, 0, 0), Err(refused));
    }

    #[test]
    fn times_after_2036_are_read_in_their_era() {
        // 0x00000000 of era 1 is 2036-02-07T06:28:16Z
        assert_eq!(unix_us(&[0; 8]), 2_085_978_496_000_000);
    }

    #[test]
    fn the_reply_made_for_a_recording_reads_back() {
        let request = request(3);
        let reply = reply(&request, NEW_YEAR_US + 7);
        let sample = sample(&request, &reply, NEW_YEAR_US, NEW_YEAR_US).unwrap();
        assert!((sample.offset_us - 7).abs() <= 1);
    }
}
