//! Isotonic regression: the non-decreasing values closest to given ones.

/// The non-decreasing values closest to the given ones by weighted least squares, in the same order. Input is pairs of
/// a value and its positive weight. Pool-adjacent-violators algorithm.
///
/// Source: Barlow, Bartholomew, Bremner, Brunk: Statistical inference under order restrictions. Wiley 1972.
pub fn rising(values: impl IntoIterator<Item = (f64, f64)>) -> Vec<f64> {
    // A pool is a value, its weight, and the number of values it replaces.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    for (value, weight) in values {
        pools.push((value, weight, 1));
        while let [.., (a, weight_a, n_a), (b, weight_b, n_b)] = pools[..] {
            if a <= b {
                break;
            }
            pools.truncate(pools.len() - 2);
            let weight = weight_a + weight_b;
            pools.push(((a * weight_a + b * weight_b) / weight, weight, n_a + n_b));
        }
    }
    pools.into_iter().flat_map(|(value, _, n)| std::iter::repeat_n(value, n)).collect()
}

/// The positions closest to the wanted ones, which are non-decreasing: at least `gap` apart and within the bounds. The
/// gaps shrink if the bounds have no space for them.
pub fn apart(wanted: &[f64], gap: f64, (low, high): (f64, f64)) -> Vec<f64> {
    let gaps = wanted.len().saturating_sub(1) as f64;
    let gap = if gaps > 0.0 { gap.min((high - low) / gaps) } else { gap };
    let without_gaps = wanted.iter().enumerate().map(|(i, place)| (place - gap * i as f64, 1.0));
    let bounded = |place: f64| place.clamp(low, (high - gap * gaps).max(low));
    rising(without_gaps).into_iter().enumerate().map(|(i, place)| bounded(place) + gap * i as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decreasing_values_are_pooled() {
        for (values, wanted) in [
            (vec![(1.0, 1.0), (2.0, 1.0)], vec![1.0, 2.0]),
            (vec![(4.0, 1.0), (1.0, 2.0)], vec![2.0, 2.0]),
            (vec![(3.0, 1.0), (2.0, 1.0), (1.0, 1.0), (9.0, 1.0)], vec![2.0, 2.0, 2.0, 9.0]),
            (vec![], vec![]),
        ] {
            assert_eq!(rising(values.clone()), wanted, "{values:?}");
        }
    }

    #[test]
    fn positions_keep_their_gap_and_stay_near() {
        for (wanted, found) in [
            (vec![10.0, 50.0], vec![10.0, 50.0]),
            (vec![50.0, 50.0, 50.0], vec![30.0, 50.0, 70.0]),
            (vec![0.0, 5.0], vec![0.0, 20.0]),
            (vec![95.0, 98.0, 100.0], vec![60.0, 80.0, 100.0]),
            (vec![50.0; 6], vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
            (vec![], vec![]),
        ] {
            assert_eq!(apart(&wanted, 20.0, (0.0, 100.0)), found, "{wanted:?}");
        }
        assert_eq!(apart(&[50.0; 6], 40.0, (0.0, 100.0)), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
    }
}
